-- What this transaction sees of others.
select txid_current_snapshot()
