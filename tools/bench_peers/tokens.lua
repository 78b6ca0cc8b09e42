-- wrk: each request carries one of TOKENS tokens, drawn at random (seeded, so every contender sees the same order).
local count = tonumber(os.getenv("TOKENS"))
local requests = {}

function init()
  math.randomseed(20240711)
  for i = 1, count do
    wrk.headers["Authorization"] = string.format("Bearer bench-token-%08d-0123456789abcdef01234", i)
    requests[i] = wrk.format("GET")
  end
end

function request()
  return requests[math.random(count)]
end
