#!/usr/bin/env python3
"""The guards guarded: each rule sees what it is there for, and lets pass what is right."""

import pathlib
import unittest

import image
from includes import INCLUDE, Rules
from source import blanked
from symbols import refused
from tidy import OPENING, findings_in, functions

HERE = pathlib.Path(__file__).resolve().parent


class Includes(unittest.TestCase):
    rules = Rules((HERE / "rooms.txt").read_text())

    def refused(self, path, header, system=False):
        self.assertIsNotNone(self.rules.problem(path, header, system), (path, header))

    def allowed(self, path, header, system=False):
        self.assertIsNone(self.rules.problem(path, header, system), (path, header))

    def test_a_room_includes_only_rooms_to_its_left(self):
        self.allowed("core/cache/facts_cache.hpp", "core/token/facts.hpp")
        self.allowed("core/cache/facts_cache.cpp", "core/cache/fixed_lru.hpp")
        self.refused("core/token/facts.hpp", "core/cache/facts_cache.hpp")
        self.refused("core/base/pool.hpp", "core/json/document.hpp")

    def test_core_never_includes_a_platform(self):
        self.refused("core/gateway/gateway.cpp", "platform/linux/event_loop.hpp")
        self.allowed("core/gateway/gateway.hpp", "core/platform.hpp")

    def test_a_platform_knows_the_contract_and_the_base_words_only(self):
        self.allowed("platform/linux/event_loop.hpp", "core/platform.hpp")
        self.allowed("platform/sim/world.hpp", "core/base/time.hpp")
        self.refused("platform/sim/world.hpp", "core/http/head.hpp")
        self.refused("platform/linux/event_loop.cpp", "platform/sim/world.hpp")

    def test_firmware_and_tests_may_include_all_of_core(self):
        self.allowed("firmware/linux/main.cpp", "core/gateway/gateway.hpp")
        self.allowed("tests/unit/http/head_test.cpp", "core/http/head.hpp")

    def test_a_library_is_let_in_by_room(self):
        self.allowed("core/json/document.cpp", "cjson/cJSON.h", True)
        self.refused("core/token/claims.cpp", "cjson/cJSON.h", True)
        self.refused("core/http/head.cpp", "mbedtls/sha256.h", True)
        self.refused("firmware/linux/main.cpp", "llhttp.h", True)

    def test_core_has_only_standard_headers_that_need_no_allocator(self):
        self.allowed("core/http/head.hpp", "string_view", True)
        for header in ("string", "vector", "functional", "iostream", "memory", "cstdlib", "mutex"):
            self.refused("core/http/head.hpp", header, True)
        self.allowed("core/base/assert.cpp", "cstdlib", True)
        self.refused("core/base/arena.cpp", "cstdlib", True)

    def test_names_start_at_the_root(self):
        self.refused("core/http/head.cpp", "head.hpp")

    def test_a_commented_include_is_none(self):
        self.assertEqual(INCLUDE.findall(blanked('// #include <string>\n#include "a/b.hpp"', True)), [("", "a/b.hpp")])


class Symbols(unittest.TestCase):
    def test_allocators_exceptions_and_run_time_types_are_refused(self):
        names = ["malloc", "_Znwm", "_ZdlPvm", "free@GLIBC_2.2.5", "__cxa_throw", "__gxx_personality_v0",
                 "__cxa_guard_acquire", "_ZTVN10__cxxabiv117__class_type_infoE", "__dynamic_cast",
                 "_ZSt20__throw_length_errorPKc"]
        self.assertEqual(list(refused("".join(f"                 U {name}\n" for name in names))), names)

    def test_what_a_port_brings_is_allowed(self):
        self.assertEqual(list(refused("\ncore.o:\n U memcpy\n U cJSON_Parse\n U strlen@GLIBC_2.2.5\n")), [])


class Tidy(unittest.TestCase):
    def rules(self, text, path="core/http/head.cpp"):
        return [rule for rule, _, _ in findings_in(pathlib.PurePosixPath(path), text)]

    def test_long_files_lines_and_functions_are_seen(self):
        self.assertIn("file_length", self.rules("\n" * 401))
        self.assertNotIn("file_length", self.rules("\n" * 400))
        self.assertIn("line_length", self.rules("x" * 101))
        self.assertIn("function_length", self.rules("void f() {\n" + "  g();\n" * 70 + "}\n"))
        self.assertNotIn("function_length", self.rules("void f() {\n" + "  g();\n" * 68 + "}\n"))

    def test_namespaces_and_classes_are_no_functions(self):
        self.assertEqual(list(functions("namespace postern {\n\nclass A {\n  int f();\n};\n\n}\n")), [])

    def test_a_signature_on_several_lines_is_a_function(self):
        self.assertEqual(list(functions("void f(int a,\n       int b) {\n  g();\n}\n")), [])
        self.assertEqual(list(functions("int f() {\n  if (x) {\n    g();\n  }\n}\n")), [(1, 5)])

    def test_a_room_opens_with_what_goes_in_what_comes_out_and_what_never_happens(self):
        self.assertTrue(OPENING.match("// base: words.\n// In: nothing. Out: values.\n// Never: a call.\n"))
        self.assertTrue(OPENING.match("// base: words.\n// In: nothing\n// at all.\n// Out: values.\n// Never: a call.\n"))
        self.assertFalse(OPENING.match("// base: words.\n// In: nothing.\n// Never: a call.\n"))

    def test_names_are_snake_case(self):
        self.assertIn("name", self.rules("", "core/http/RequestHead.cpp"))

    def test_headers_have_pragma_once(self):
        self.assertIn("pragma_once", self.rules("", "core/http/head.hpp"))


class Blanking(unittest.TestCase):
    def test_digit_separators_do_not_open_a_literal(self):
        self.assertEqual(blanked("int a = 1'000; // x\nint b = 2'000;"), "int a = 1'000;     \nint b = 2'000;")

    def test_strings_and_raw_strings_are_blanked(self):
        self.assertEqual(blanked('f("{"); g(R"({)");'), "f(   ); g(      );")


class Image(unittest.TestCase):
    MAP = """Discarded input sections
 .text.malloc   0x00000000       0x10 libc.a(malloc.o)
                0x00000000                malloc

Linker script and memory map

 .text.startup  0x00001000       0x10 main.o
                0x00001000                main
                0x00001234                {}
                0x20000000                . = ALIGN (0x8)
"""

    def found(self, name):
        return list(image.findings(self.MAP.format(name)))

    def test_what_the_linker_dropped_is_not_in_the_image(self):
        self.assertEqual(self.found("nothing"), [])

    def test_an_allocator_is_found_whatever_it_is_called(self):
        for name in ("malloc", "_malloc_r", "free", "_sbrk", "_Znwj", "_ZdlPvj", "operator new(unsigned int)",
                     "operator delete[](void*)", "realloc"):
            self.assertEqual(len(self.found(name)), 1, name)

    def test_what_wants_one_is_found(self):
        for name in ("printf", "_vfprintf_r", "snprintf", "_svfiprintf_r", "sscanf", "__sinit", "strtod", "__cxa_throw",
                     "_Unwind_RaiseException", "__cxa_demangle"):
            self.assertEqual(len(self.found(name)), 1, name)

    def test_pools_of_our_own_are_none(self):
        for name in ("memp_malloc", "mem_malloc", "mbedtls_calloc", "mbedtls_ssl_free", "pbuf_free", "main"):
            self.assertEqual(self.found(name), [], name)

    def test_another_file_is_no_map(self):
        self.assertEqual(len(list(image.findings("Linker script and memory map\n"))), 1)


if __name__ == "__main__":
    unittest.main()
