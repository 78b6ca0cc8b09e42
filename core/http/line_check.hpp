#pragma once

#include <string_view>

namespace postern::http {

/// False when `bytes`, the beginning of a head, already show something that no head may hold: a
/// control byte other than HTAB, CR without LF, LF without CR, DEL, or a line that begins with
/// white space (obs-fold, RFC 9112 section 5.2). llhttp's strict mode still lets some of these pass
/// in some places; as no place may hold them, they are looked for in one pass before it runs.
bool well_formed_lines(std::string_view bytes);

}  // namespace postern::http
