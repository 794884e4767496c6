-- Books once per line of a file: token, idempotency key, and the body, with tabs between them. No line is sent twice.
local requests, at = {}, 0

function init(args)
  for line in io.lines(args[1]) do
    local token, key, body = line:match("^([^\t]+)\t([^\t]+)\t(.*)$")
    local headers = { ["Content-Type"] = "application/json", ["Host"] = "127.0.0.1",
      ["Authorization"] = "Bearer " .. token, ["Idempotency-Key"] = key }
    requests[#requests + 1] = wrk.format("POST", "/api/v1/appointments", headers, body)
  end
end

function request()
  at = at + 1
  return requests[at] or error("more bookings were made than were prepared")
end

function response(status, _, body)
  if status ~= 201 then
    io.stderr:write(status, " ", body, "\n")
  end
end

function done(summary, latency)
  io.write(string.format("RESULT %d %d %d %d %d\n", summary.requests, summary.duration,
    summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout,
    latency:percentile(50), latency:percentile(99)))
end
