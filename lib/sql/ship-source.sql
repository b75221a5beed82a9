-- What audit-seal ship has to know of the source.
select t.id, encode(t.seal_key, 'hex'), current_database(),
  coalesce((select max(s.no) from audit.seal s), -1),
  current_setting('transaction_read_only') = 'on'
from audit.trail t
