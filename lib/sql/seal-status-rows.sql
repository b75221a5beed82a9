-- A line of status for people to read.
--  $1 the line
select replace(j.key, '_', ' '), case json_typeof(j.value)
    when 'object' then (select string_agg(k.key || ' ' || k.value, ', ')
      from json_each_text(j.value) k)
    when 'array' then (
      select string_agg(m.member, E'\n')
      from json_array_elements(j.value) o, lateral (
        select string_agg(k.key || ' ' || k.value, ', ')
        from json_each_text(o) k) m(member))
    else j.value #>> '{}' end
from json_each($1::json) j
