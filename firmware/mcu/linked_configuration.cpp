// The bundle that is part of the image: cmake -DPOSTERN_CONFIG=postern.json.
asm(  // NOLINT(hicpp-no-assembler)
    ".section .configuration, \"a\"\n"
    ".incbin \"" POSTERN_LINKED_BUNDLE
    "\"\n"
    ".previous\n");
