"""Operations as machine code over blocks of runs, made by LLVM."""
