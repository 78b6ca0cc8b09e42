#include "core/config/spot.hpp"

namespace postern::config {

// The way is as deep as the tables, so the recursion is bounded.
void Spot::write_pointer(ByteWriter& out) const {
  if (parent_ == nullptr) return;
  parent_->write_pointer(out);
  out.character('/');
  if (is_element_) return out.number(index_);
  for (const char c : name_) {
    if (c == '~') {
      out.text("~0");
    } else if (c == '/') {
      out.text("~1");
    } else {
      // A name is the operator's text: a control byte in it must not reach a terminal.
      out.character(static_cast<unsigned char>(c) < 0x20 || c == 0x7F ? '?' : c);
    }
  }
}

}  // namespace postern::config
