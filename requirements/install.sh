#!/bin/sh
# install.sh NAME: installs requirements/NAME.txt into .venv, unless it is there already.
#
# uv does it in a quarter of pip's time. It is installed by the pip that comes with Python, which runs from its wheel: an
# environment of its own would take longer to make than all the packages. pip installs everything where uv fails, and
# where pip has a registry of its own, which uv would not know. The shop needs neither, so neither stays.
set -eu
cd "$(dirname "$0")/.."
python=.venv/bin/python tools=.venv/installer locked="--require-hashes --quiet -r requirements"

[ -x $python ] || python3 -m venv --without-pip .venv
if cmp -s "requirements/$1.txt" .venv/installed.txt; then
    exit
fi
echo "Installing the locked requirements into .venv ..."
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
if [ -z "$wheel" ]; then
    python3 -m venv $tools/pip
fi

pip() {
    if [ -n "$wheel" ]; then
        $python "$wheel/pip" --disable-pip-version-check "$@"
    else
        $tools/pip/bin/pip --disable-pip-version-check --python $python "$@"
    fi
}

install="install --root-user-action=ignore --no-compile $locked"
with_uv() {
    ! pip config list | grep -q '[.:]index-url=' && pip $install/install.txt --target $tools/uv &&
        $tools/uv/bin/uv pip install --no-config --no-cache --python $python $locked/"$1".txt
}

with_uv "$1" 2> /dev/null || pip $install/"$1".txt
cp "requirements/$1.txt" .venv/installed.txt
