# Writes OUTPUT, a source that holds the text of every file of FILES; each lies in checks/ENGINE/.
set(entries "")
foreach(file ${FILES})
  file(READ ${file} text)
  get_filename_component(name ${file} NAME)
  get_filename_component(folder ${file} DIRECTORY)
  get_filename_component(engine ${folder} NAME)
  string(APPEND entries "    {\"${engine}\", \"${name}\", R\"=toml=(${text})=toml=\"},\n")
endforeach()
file(WRITE ${OUTPUT}
  "#include \"inspect/builtin_checks.h\"\n\nnamespace rounds {\n\nconst std::vector<CheckText> kBuiltinChecks{\n${entries}};\n\n}  // namespace rounds\n")
