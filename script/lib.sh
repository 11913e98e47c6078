# What the scripts share; sourced, from any folder. Leaves the caller in the root of the tree.
cd "$(dirname "${BASH_SOURCE[0]}")/.."

die() { echo "${0##*/}: $*" >&2; exit 1; }

# Prints the comment at the head of the script: its documentation.
usage() { sed -n '2,/^[^#]/{/^#/!d;s/^# \{0,1\}//p}' "$0"; }

# Compilations are found again in other checkouts too, and precompiled headers do not hinder.
export CCACHE_BASEDIR=$PWD CCACHE_NOHASHDIR=1 CCACHE_SLOPPINESS=pch_defines,time_macros
