-- Let the source know that an archive has nothing any more of what was erased.
--  $1 the archive's id  $2 what was seen of erasures
select audit.put_shipped_erased($1::uuid, $2::txid_snapshot)
