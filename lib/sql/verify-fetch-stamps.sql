-- The next time stamps.
fetch 16 from verify_stamps
