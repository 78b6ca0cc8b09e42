#include "firmware/mcu/board.hpp"
#include "firmware/mcu/mps2/mps2.hpp"

namespace postern::board {

const std::string_view name = "mps2-an500";
const Mps2 mps2 = {.ethernet = 0xA0000000};

}  // namespace postern::board
