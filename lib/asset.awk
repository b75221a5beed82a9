# asset.awk - turn text files into C strings: cmd/audit-export/page.js is
# asset_page_js
BEGIN {
	print "/* made by lib/asset.awk */"
	print "#include \"asset.h\""
}

FNR == 1 {
	if (NR > 1)
		print ";"
	name = FILENAME
	sub(/.*\//, "", name)
	gsub(/[^A-Za-z0-9]/, "_", name)
	printf "\nconst char asset_%s[] =\n", name
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
