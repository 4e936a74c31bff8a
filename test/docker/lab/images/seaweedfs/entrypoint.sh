#!/bin/sh
# stand-in for the image's entry point: a first word that is no keyword of its own goes to weed as it is
exec /usr/bin/weed "$@"
