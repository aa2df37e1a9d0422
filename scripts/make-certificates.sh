#!/usr/bin/env bash
# Makes what both ends of a tls:// link need: an authority of their own, and a certificate and key for either end.
#
#   scripts/make-certificates.sh FOLDER [DAYS [NAME...]]     valid for DAYS days (default 825)
#
# NAMEs are those by which hosts reach the board, names or addresses; left out: this machine, as localhost, 127.0.0.1, ::1 and
# its own name. The board is given authority.pem, board.pem and board.key; the host authority.pem, host.pem and host.key. The
# authority's key is not kept: to replace one end, make all of them again.
set -euo pipefail

if (($# < 1)); then
  echo "make-certificates: usage: scripts/make-certificates.sh FOLDER [DAYS [NAME...]]" >&2
  exit 2
fi
folder=$1
days=${2:-825}
names=("${@:3}")
if ((${#names[@]} == 0)); then names=(localhost 127.0.0.1 ::1 "$(uname -n)"); fi
if [[ -e $folder ]]; then
  echo "make-certificates: $folder is there already; nothing was changed" >&2
  exit 1
fi
umask 077
mkdir -p "$folder"
authority_key=$(mktemp)
extensions=$(mktemp)
trap 'rm -f "$authority_key" "$extensions" "$folder"/*.csr' EXIT

alternatives=
for name in "${names[@]}"; do
  if [[ $name =~ ^[0-9.]+$ || $name == *:* ]]; then kind=IP; else kind=DNS; fi
  alternatives+="${alternatives:+,}$kind:$name"
done
cat >"$extensions" <<END
[host]
extendedKeyUsage=clientAuth
[board]
extendedKeyUsage=serverAuth
subjectAltName=$alternatives
END

new_key=(-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -noenc)
openssl req -x509 "${new_key[@]}" -keyout "$authority_key" -out "$folder/authority.pem" -days "$days" \
  -subj "/CN=vle link authority" 2>/dev/null
for end in host board; do
  openssl req "${new_key[@]}" -keyout "$folder/$end.key" -out "$folder/$end.csr" -subj "/CN=vle $end" 2>/dev/null
  openssl x509 -req -in "$folder/$end.csr" -CA "$folder/authority.pem" -CAkey "$authority_key" -CAcreateserial \
    -CAserial "$folder/serial.csr" -out "$folder/$end.pem" -days "$days" -extfile "$extensions" -extensions "$end" 2>/dev/null
done
echo "make-certificates: $folder holds the certificates of a host and a board, valid for $days days"
for end in host board; do
  echo "make-certificates: $end $(openssl x509 -noout -fingerprint -sha256 -in "$folder/$end.pem")"
done
