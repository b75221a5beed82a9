# embed.awk - turn SQL files into C strings: lib/sql/NAME.sql is sql_NAME
BEGIN {
	print "/* made by lib/embed.awk */"
	print "#include \"sql.h\""
}

FNR == 1 {
	if (NR > 1)
		print ";"
	name = FILENAME
	sub(/^lib\//, "", name)
	sub(/^sql\//, "", name)
	sub(/\.sql$/, "", name)
	gsub(/[^A-Za-z0-9]/, "_", name)
	printf "\nconst char sql_%s[] =\n", name
}

{
	gsub(/\\/, "&&")
	gsub(/"/, "\\\\&")
	gsub(/\?/, "\\\\&")	# no trigraphs
	printf "    \"%s\\n\"\n", $0
}

END {
	if (NR > 0)
		print ";"
}
