-- The next seals.
fetch 64 from verify_seals
