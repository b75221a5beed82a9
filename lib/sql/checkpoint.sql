-- What a checkpoint says; an error if it is none.
--  $1 its text
select (j ->> 'trail')::uuid, (j ->> 'cluster')::bigint,
  (j #>> '{seen,started}')::bigint, (j #>> '{seen,snapshot}')::txid_snapshot,
  (j #>> '{seen,before}')::uuid,
  (j #>> '{upto,started}')::bigint, (j #>> '{upto,snapshot}')::txid_snapshot,
  (j #>> '{upto,before}')::uuid,
  (j ->> 'last')::uuid, (j ->> 'offset')::bigint
from (select $1::jsonb) x(j)
