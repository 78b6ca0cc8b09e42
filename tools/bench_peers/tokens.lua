-- wrk: each request carries one of the first TOKENS tokens of TOKENS_FILE, in turn (TOKENS_IN_TURN=1) or drawn at
-- random (seeded, so every contender sees the same order).
local count = tonumber(os.getenv("TOKENS"))
local in_turn = os.getenv("TOKENS_IN_TURN") == "1"
local requests = {}
local last = 0

function init()
  math.randomseed(20240711)
  for token in io.lines(os.getenv("TOKENS_FILE")) do
    wrk.headers["Authorization"] = "Bearer " .. token
    requests[#requests + 1] = wrk.format("GET")
    if #requests == count then break end
  end
end

function request()
  if not in_turn then return requests[math.random(count)] end
  last = last % count + 1
  return requests[last]
end
