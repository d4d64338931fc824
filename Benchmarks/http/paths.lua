-- For wrk: asks for the paths that stand in the file $PATHS, one after the other, with the token in $TOKEN as bearer where
-- there is one. Its last line is RESULT, bytes, microseconds, answers, and whatever was no right answer.
local requests, at = {}, 0

function init()
    local token = os.getenv("TOKEN")
    if token and token ~= "" then wrk.headers["Authorization"] = "Bearer " .. token end
    for path in io.lines(os.getenv("PATHS")) do requests[#requests + 1] = wrk.format("GET", path) end
end

function request()
    at = at % #requests + 1
    return requests[at]
end

function done(summary)
    local errors = summary.errors
    local wrong = errors.connect + errors.read + errors.write + errors.status + errors.timeout
    io.write(string.format("RESULT %d %d %d %d\n", summary.bytes, summary.duration, summary.requests, wrong))
end
