-- The trail learns of archives that have other bytes now.
--  $1 [{"dir", "file", "sha256"}, ...]
select audit.archives_rewritten($1::jsonb)
