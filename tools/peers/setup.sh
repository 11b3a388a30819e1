#!/bin/sh
# Makes a virtual environment with the programs that cmd/bench compares with:
#
#   sh tools/peers/setup.sh [DIR]
#
# DIR is frontdoor/peers in the user's folder of caches if it is left out; that is
# where cmd/bench looks, or where FRONTDOOR_PEERS says. Needs python3 with venv
# and a package index.
set -eu
dir=${1:-${FRONTDOOR_PEERS:-${XDG_CACHE_HOME:-$HOME/.cache}/frontdoor/peers}}
python3 -m venv --system-site-packages "$dir"
"$dir/bin/pip" install --quiet --upgrade pip
"$dir/bin/pip" install --quiet 'pillow==13.*' pillow-heif fastapi uvicorn
"$dir/bin/python3" - <<'PYTHON'
import PIL, pillow_heif
from PIL import features
print("Pillow %s (libjpeg-turbo %s, libwebp %s), pillow-heif %s (libheif %s)" % (
    PIL.__version__, features.version("libjpeg_turbo"), features.version("webp"),
    pillow_heif.__version__, pillow_heif.libheif_version()))
PYTHON
echo "peers are in $dir"
