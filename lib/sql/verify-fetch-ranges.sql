-- Where the next rows of leaves begin.
fetch 1024 from verify_ranges
