-- Have acts approved by another role, or not any more: whether that is new, and
-- the act that has to be approved first, or null.
--  $1 whether
--  $2 the act that was approved, or null
select p.done, p.waits from audit.require_approval($1::bool, $2::uuid) p
