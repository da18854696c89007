local workloads = {
  ["postgres"] = { format = "postgres" },
  ["redis"] = { format = "redis" },
  ["veza-backend-api"] = { format = "json", level = "level", trace = "trace_id" },
  ["veza-chat-server"] = { format = "json", level = "level", trace = "trace_id" },
  ["veza-stream-server"] = { format = "json", level = "level", trace = "trace_id" },
}

-- Turns a raw line of a container into a record with its labels, and removes secrets before anything leaves the node.
-- The table `workloads` stands in front of this text: what each workload of the environment writes, by its name.

local levels = {
  trace = 'trace', debug = 'debug', info = 'info', notice = 'info', log = 'info', information = 'info',
  warn = 'warn', warning = 'warn', error = 'error', err = 'error',
  fatal = 'fatal', panic = 'fatal', critical = 'fatal', crit = 'fatal', emerg = 'fatal', alert = 'fatal',
}
local klog = { I = 'info', W = 'warn', E = 'error', F = 'fatal' }
local redis = { ['.'] = 'debug', ['-'] = 'debug', ['*'] = 'info', ['#'] = 'warn' }

-- Only refusals: a FATAL of a server that starts, stops or is full is no failed login.
local refusals = {
  'password authentication failed for user', 'no pg_hba%.conf entry for', 'pg_hba%.conf rejects connection',
  'role ".-" does not exist', 'database ".-" does not exist', 'permission denied for database',
}

local function escape(text)
  return (text:gsub('%W', '%%%0'))
end

local function ignore_case(text)
  return (text:gsub('.', function(character)
    if character:match('%a') then return '[' .. character:upper() .. character:lower() .. ']' end
    return escape(character)
  end))
end

-- Fields whose value is a secret. Those of the first list are one even after `name: ` in plain text, where the others are
-- ordinary words.
local fields = {}
local function add_fields(names, is_always_secret)
  for _, name in ipairs(names) do table.insert(fields, { ignore_case(name), is_always_secret }) end
end
add_fields({ 'password', 'passwd', 'passphrase' }, true)
add_fields({
  'pwd', 'secret', 'token', 'api_key', 'api-key', 'apikey', 'access_key', 'accesskey', 'private_key', 'privatekey',
  'secret_key', 'authorization', 'cookie',
}, false)

local redacted = '[redacted]'

-- Position behind a quoted value, whose quote is itself escaped in JSON that is a string of other JSON.
local function quoted_end(text, from, quote)
  local at = from
  while at <= #text do
    if text:sub(at, at + #quote - 1) == quote then return at end
    at = at + (#quote == 1 and text:sub(at, at) == '\\' and 2 or 1)
  end
  return #text + 1
end

local function value_end(text, from, separator)
  local quote = text:match('^\\["\']', from) or text:match('^["\']', from)
  if quote then return from + #quote, quoted_end(text, from + #quote, quote) end
  if separator == '' then return nil end
  local _, last = text:find('^[^%s,;&"\'\\}%)%]]+', from)
  return last and from, last and last + 1
end

-- `name` with an optional closing quote, a separator and a value. Bare text after a colon is only taken where asked.
local function redact_field(text, name, bare_colon)
  local parts, from = {}, 1
  while true do
    local first, last, closing, separator = text:find(name .. '(\\?["\']?)%s*([:=])%s*', from)
    if not first then break end
    local bare = separator == '=' or bare_colon
    local start, stop = value_end(text, last + 1, (bare and closing == '') and separator or '')
    if start and stop > start and text:sub(start, start + #redacted - 1) ~= redacted then
      table.insert(parts, text:sub(from, start - 1) .. redacted)
      from = stop
    else
      table.insert(parts, text:sub(from, last))
      from = last + 1
    end
  end
  if from == 1 then return text end
  return table.concat(parts) .. text:sub(from)
end

local function redact_urls(text)
  local parts, from = {}, 1
  while true do
    local _, scheme = text:find('://', from, true)
    if not scheme then break end
    local user, last = text:match('^([^:/%s@"]*):[^@/%s"]+()@', scheme + 1)
    table.insert(parts, text:sub(from, scheme) .. (user and user .. ':' .. redacted or ''))
    from = last or scheme + 1
  end
  if from == 1 then return text end
  return table.concat(parts) .. text:sub(from)
end

-- From each @ backwards, because a pattern that begins with the name would scan a long word once for each character.
local function redact_mail(text)
  local parts, from, search = {}, 1, 1
  while true do
    local at = text:find('@', search, true)
    if not at then break end
    local first = at
    while first > from and text:find('^[%w%.%%%+_%-]', first - 1) do first = first - 1 end
    if first < at and text:sub(at + 1, at + 254):find('^[%w][%w%.%-]*%.%a%a+%f[^%w%-]') then
      table.insert(parts, text:sub(from, first - 1) .. redacted)
      from = at
    end
    search = at + 1
  end
  if from == 1 then return text end
  return table.concat(parts) .. text:sub(from)
end

local words = {
  { '%-%-%-%-%-BEGIN [%u ]*PRIVATE KEY%-%-%-%-%-.-%-%-%-%-%-END [%u ]*PRIVATE KEY%-%-%-%-%-', redacted },
  { '([Bb][Ee][Aa][Rr][Ee][Rr]%s+)[%w%-%._~%+/]+=*', '%1' .. redacted },
  { '([Aa]uthorization[\\"\']*%s*[:=]%s*[\\"\']*[Bb]asic%s+)[%w%+/]+=*', '%1' .. redacted },
  { 'eyJ[%w_%-]+%.[%w_%-]+%.[%w_%-]*', redacted },
  { '%f[%w]A[KS]IA' .. ('[%u%d]'):rep(16) .. '%f[^%w]', redacted },
  { '%f[%w]AIza' .. ('[%w_%-]'):rep(35), redacted },
  { '%f[%w]gh[pousr]_%w+', redacted },
  { '%f[%w]xox[abposr]%-[%w%-]+', redacted },
  { '%f[%w]sk_live_%w+', redacted },
}

local function scrub(text, workload)
  if text:find('://', 1, true) then text = redact_urls(text) end
  for _, word in ipairs(words) do text = text:gsub(word[1], word[2]) end
  for _, prefix in ipairs(workload.prefixes or {}) do
    text = text:gsub('%f[%w_]' .. escape(prefix) .. '[%w_%-]+', redacted)
  end
  for _, field in ipairs(fields) do text = redact_field(text, field[1], field[2]) end
  for _, name in ipairs(workload.fields or {}) do text = redact_field(text, ignore_case(name), false) end
  if text:find('@', 1, true) then text = redact_mail(text) end
  return text
end

local function json_field(text, name)
  return name and text:match('"' .. escape(name) .. '"%s*:%s*"([^"]*)"')
end

local function level_of_text(text)
  local name = text:match('%f[%a]level="?(%a+)') or text:match('%f[%a]lvl="?(%a+)')
  if name and levels[name:lower()] then return levels[name:lower()] end
  local dated = text:match('^%d%d%d%d[%-/]%d%d[%-/]%d%d[T ][%d:%.,]+%S*%s+%[?(%a+)')
  if dated and levels[dated:lower()] then return levels[dated:lower()] end
  local letter = text:match('^([IWEF])%d%d%d%d %d')
  if letter then return klog[letter] end
  for word in text:gmatch('%[%s*(%a+)%s*%]') do
    if levels[word:lower()] then return levels[word:lower()] end
  end
  for word in text:gmatch('%f[%w](%u+)%s?:') do
    if levels[word:lower()] then return levels[word:lower()] end
  end
  return nil
end

local function level_of(text, workload)
  if text:sub(1, 1) == '{' then
    -- The level of such a record is that of the program around the server.
    local server = workload.format == 'cloudnative-pg' and json_field(text, 'error_severity')
    local name = server or json_field(text, workload.level) or json_field(text, 'level') or json_field(text, 'severity')
    return name and levels[name:lower()]
  end
  local mark = workload.format == 'redis' and text:match('^%d+:[XCSM] .- ([%.%-%*#]) ')
  return mark and redis[mark] or level_of_text(text)
end

local function is_panic(text)
  return text:find("^thread '.-' .*panicked at") or text:find('^panic: ') or text:find('^fatal error: ')
    or text:find('^http: panic serving') or text:find('^[%d/]+ [%d:%.]+ http: panic serving')
end

-- CloudNativePG writes a line of its server as JSON, in which the quotes of the message are escaped.
local function refused_login(text, format)
  if format == 'cloudnative-pg' then return json_field(text, 'error_severity') == 'FATAL' and text:gsub('\\"', '"') end
  return format == 'postgres' and text:find('FATAL:', 1, true) and text
end

local function is_refusal(text, format)
  local message = refused_login(text, format)
  if not message then return false end
  for _, refusal in ipairs(refusals) do if message:find(refusal) then return true end end
  return false
end

-- What alerts count beyond levels. The tag of a line is `k.<namespace>.<pod>.<container>`.
local function event_of(text, workload)
  if is_panic(text) then return 'panic' end
  if is_refusal(text, workload.format) then return 'failed-login' end
  return 'line'
end

local function workload_of(pod)
  local found
  for name in pairs(workloads) do
    local isPrefix = pod == name or pod:sub(1, #name + 1) == name .. '-'
    if isPrefix and (found == nil or #name > #found) then found = name end
  end
  return found
end

local function read(tag, text)
  local namespace, pod, container = tag:match('^k%.([^.]+)%.(.+)%.([^.]+)$')
  local app = pod and workload_of(pod)
  local workload = app and workloads[app] or {}
  local event = event_of(text, workload)
  return {
    namespace = namespace or 'unknown',
    pod = pod or 'unknown',
    container = container or 'unknown',
    app = app or 'unknown',
    level = event == 'panic' and 'fatal' or level_of(text, workload) or 'unknown',
    event = event,
    trace_id = json_field(text, workload.trace) or '',
    raw = scrub(text, workload),
  }
end

-- A line that cannot be read is replaced, never passed on: it might hold what should have been removed.
function line(tag, timestamp, record)
  local succeeded, result = pcall(read, tag, record.log or '')
  if succeeded then return 1, timestamp, result end
  return 1, timestamp, {
    namespace = 'unknown', pod = 'unknown', container = 'unknown', app = 'unknown', level = 'unknown', event = 'line',
    trace_id = '', raw = '[a line that the collector could not read]',
  }
end
