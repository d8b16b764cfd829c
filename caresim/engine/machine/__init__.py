"""The quick way: operations as machine code over blocks of runs, made by LLVM."""
