#!/usr/bin/env bash
# Builds imaging/internal/codec/hevc.wasm.gz and av1.wasm.gz from Debian's
# sources of libde265 and dav1d with Debian's clang for WebAssembly.
#
#   apt-get install clang-19 lld-19 llvm-19 wasi-libc libc++-19-dev-wasm32 \
#     libc++abi-19-dev-wasm32 libclang-rt-19-dev-wasm32 dpkg-dev
#   tools/wasm/build.sh [FOLDER]
#
# FOLDER (a new temporary one by default) holds the sources; those that are
# already there are not fetched again. apt needs a "deb-src" line.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
out=$here/../../imaging/internal/codec
work=${1:-$(mktemp -d)}
mkdir -p "$work" "$out"
cd "$work"

hevc=libde265-1.0.11
av1=dav1d-1.0.0
[ -d $hevc ] || apt-get source libde265=1.0.11-1+deb12u2
[ -d $av1 ] || apt-get source dav1d=1.0.0-2+deb12u1

# A reactor is a library: no main, _initialize runs the constructors. The stack
# lies before the data, so that an overflow traps instead of writing over it.
flags=(--target=wasm32-wasi -DNDEBUG -ffunction-sections -fdata-sections -fvisibility=hidden -w
  -mbulk-memory -msign-ext -mnontrapping-fptoint -I"$here" -I"$here/shim"
  -D_WASI_EMULATED_SIGNAL)
link=(-mexec-model=reactor -Wl,--gc-sections,--strip-all,-z,stack-size=1048576,--stack-first)

# compile FILE... builds objects two at a time, with $cc and $extra.
compile() {
  printf '%s\n' "$@" | xargs -P 2 -I{} sh -c \
    'o=obj/$(echo "{}" | tr / _)'"$suffix"'.o; [ "$o" -nt "{}" ] || '"$cc ${flags[*]} $extra"' -c "{}" -o "$o"'
}

pack() { gzip -9n <"$1" >"$out/$1.gz"; ls -l "$out/$1.gz"; }

mkdir -p obj
# libde265: the decoder alone, without encoder, SIMD of other machines and threads.
suffix='' cc=clang++-19
# It relies on overflow or aliasing that C++ leaves undefined: without the two -f flags -O3 makes
# a decoder that gives wrong pixels.
extra="-O3 -fwrapv -fno-strict-aliasing -std=c++14 -fno-exceptions -fno-rtti -include mutex -I$hevc -I$hevc/libde265 -DHAVE_STDINT_H -DHAVE_POSIX_MEMALIGN"
sources=()
for f in alloc_pool bitstream cabac contextmodel de265 deblock decctx dpb fallback fallback-dct \
  fallback-motion image intrapred md5 motion nal nal-parser pps quality refpic sao scan sei \
  slice sps threads transform util visualize vps vui; do sources+=("$hevc/libde265/$f.cc"); done
compile "${sources[@]}" "$here/hevc.cc"
clang++-19 "${flags[@]}" "${link[@]}" obj/*libde265_*.o obj/*hevc.cc.o -o hevc.wasm
pack hevc.wasm

# dav1d: both sample sizes, C only.
mkdir -p conf
cat >conf/config.h <<'END'
#define ARCH_AARCH64 0
#define ARCH_ARM 0
#define ARCH_PPC64LE 0
#define ARCH_X86 0
#define ARCH_X86_32 0
#define ARCH_X86_64 0
#define CONFIG_16BPC 1
#define CONFIG_8BPC 1
#define CONFIG_LOG 0
#define ENDIANNESS_BIG 0
#define HAVE_ASM 0
#define HAVE_CLOCK_GETTIME 1
#define HAVE_POSIX_MEMALIGN 1
#define HAVE_UNISTD_H 1
END
echo '#define DAV1D_VERSION "1.0.0"' >conf/vcs_version.h
sed 's/@[A-Z_]*MAJOR@/6/; s/@[A-Z_]*MINOR@/6/; s/@[A-Z_]*PATCH@/0/' $av1/include/dav1d/version.h.in >conf/version.h
cc=clang-19
extra="-O3 -std=c99 -D_GNU_SOURCE -Iconf -I$av1/include -I$av1/include/dav1d -I$av1 -I$av1/src"
sources=()
for f in cdf cpu data decode dequant_tables getbits intra_edge itx_1d lf_mask lib log mem msac obu \
  picture qm ref refmvs scan tables thread_task warpmv wedge; do sources+=("$av1/src/$f.c"); done
compile "${sources[@]}" "$here/av1.c"
sources=()
for f in cdef_apply cdef fg_apply filmgrain ipred_prepare ipred itx lf_apply loopfilter \
  looprestoration lr_apply mc recon; do sources+=("$av1/src/${f}_tmpl.c"); done
base=$extra
for bits in 8 16; do
  suffix=.$bits extra="$base -DBITDEPTH=$bits"
  compile "${sources[@]}"
done
clang-19 "${flags[@]}" "${link[@]}" obj/*dav1d*.o obj/*av1.c.o -o av1.wasm
pack av1.wasm
