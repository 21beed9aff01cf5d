# Read by the scripts that run Dovecot: what each of them has.
#
#   needs_dovecot WHAT FILE...  ends the script where one of the FILEs below Dovecot's folder is missing: WHAT is needed
#   settings DIR                dovecot.conf: certificate and accounts (DIR/passwd, the password in clear), mailboxes in DIR/mail, the
#                               SASL socket DIR/auth; no wait after a refused login

needs_dovecot() {
    needed=$1
    shift
    for file; do
        [ -e "/usr/lib/dovecot/$file" ] || {
            echo "${0##*/}: $needed are needed" >&2
            exit 1
        }
    done
}

settings() {
    cat <<END
log_path = /dev/stderr
default_vsz_limit = 512M
ssl_cert = <$1/pki/server.pem
ssl_key = <$1/pki/server.key
auth_username_format = %Ln
auth_failure_delay = 0
disable_plaintext_auth = no
userdb {
  driver = passwd-file
  args = $1/passwd
  override_fields = uid=mail gid=mail home=$1/mail/%n
}
first_valid_uid = 1
first_valid_gid = 1
mail_access_groups = mail
mail_max_userip_connections = 200
mail_location = maildir:~
postmaster_address = postmaster@example.test
namespace inbox {
  inbox = yes
  separator = .
  mailbox Junk {
    special_use = \\Junk
  }
}
service auth {
  unix_listener $1/auth {
    mode = 0666
  }
}
# No penalty: else each refused login makes the next one from the same address wait.
service anvil {
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
END
}
