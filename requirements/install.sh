#!/bin/sh
# install.sh NAME: installs requirements/NAME.txt into .venv, unless it is there already.
#
# uv does it in a quarter of pip's time. The pip that comes with Python installs it; unpacked from its wheel, since an
# environment of its own takes longer to make than uv to install all packages. pip does that where uv fails, and where
# pip has a registry of its own, which uv would not know. The shop needs neither, so neither stays.
set -eu
cd "$(dirname "$0")/.."
python=.venv/bin/python tools=.venv/installer locked="--require-hashes --no-deps --quiet -r requirements"

[ -x $python ] || python3 -m venv --without-pip .venv
if cmp -s "requirements/$1.txt" .venv/installed.txt; then
    exit
fi
echo "Installing the locked requirements into .venv ..."
rm -rf $tools  # of a run that was interrupted
trap 'rm -rf $tools' EXIT
wheel=$($python - <<'END'
import os, sysconfig
try:
    import ensurepip
except ImportError:
    raise SystemExit
folder = sysconfig.get_config_var("WHEEL_PKG_DIR") or os.path.join(os.path.dirname(ensurepip.__file__), "_bundled")
if os.path.isdir(folder):
    print(*sorted(os.path.join(folder, name) for name in os.listdir(folder) if name.startswith("pip-"))[-1:])
END
)
if [ -n "$wheel" ]; then
    $python -m zipfile -e "$wheel" $tools/lib/wheel/site-packages
else
    python3 -m venv $tools
fi

pip() {
    $python $tools/lib/*/site-packages/pip --disable-pip-version-check "$@"
}

install="install --root-user-action=ignore --no-compile $locked"
with_uv() {
    pip config list > $tools/config &
    pip $install/install.txt --target $tools/uv && wait && ! grep -q '[.:]index-url=' $tools/config &&
        $tools/uv/bin/uv pip install --no-config --no-cache --python $python $locked/"$1".txt
}

with_uv "$1" 2> /dev/null || pip $install/"$1".txt
cp "requirements/$1.txt" .venv/installed.txt
