-- The next leaves, 48 kB each.
fetch 16 from verify_leaves
