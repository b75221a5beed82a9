-- Where an archive begins: which trail this is, what is committed, the last
-- seal.
select t.id, txid_current_snapshot(),
  coalesce((select max(s.no) from audit.seal s), -1)
from audit.trail t
