//! What permission is missing, and how it is granted, by mail system.

use std::path::Path;

use crate::queue::Mta;

/// Its name as its makers write it.
pub fn proper(mta: Mta) -> &'static str {
    match mta {
        Mta::Postfix => "Postfix",
        Mta::Exim => "Exim",
        Mta::Sendmail => "Sendmail",
        Mta::Qmail => "qmail",
        Mta::OpenSmtpd => "OpenSMTPD",
        Mta::Nullmailer => "nullmailer",
        Mta::Courier => "Courier",
        Mta::Exchange => "Exchange",
    }
}

/// What `user` needs, for the first line; and how to grant it, for those who look closer.
pub fn permission(
    mta: Option<Mta>,
    config: Option<&Path>,
    user: &str,
    said: &str,
) -> (String, String) {
    let Some(mta) = mta else {
        return (
            format!("{user} may not look"),
            "run the check as a user who may, or by sudo (-s)".to_owned(),
        );
    };
    if said.to_lowercase().contains("no such file") {
        return (
            "what its command needs is not there".to_owned(),
            format!(
                "is {} set up on this host? -M says which mail system is meant",
                proper(mta)
            ),
        );
    }
    let sudo = |program: &str| {
        format!("or -s with this line in sudoers: {user} ALL=(root) NOPASSWD: {program}")
    };
    match mta {
        Mta::Postfix => {
            if said.contains("alternate_config") || said.contains("unauthorized configuration") {
                let directory =
                    config.map_or_else(|| "DIR".to_owned(), |path| path.display().to_string());
                return (
                    format!(
                        "{directory} must be in multi_instance_directories or alternate_config_directories"
                    ),
                    format!(
                        "postconf -e \"alternate_config_directories = {directory}\", in the first instance"
                    ),
                );
            }
            let option = config.map_or(String::new(), |path| format!("-c {} ", path.display()));
            (
                format!("user {user} needs authorized_mailq_users"),
                format!(
                    "postconf {option}-e \"authorized_mailq_users = root, {user}\" (add to what is there); postqueue must be setgid postdrop"
                ),
            )
        }
        Mta::Exim => (
            format!(
                "user {user} must be an admin user of Exim, or queue_list_requires_admin = false"
            ),
            format!(
                "set queue_list_requires_admin = false in Exim's configuration, or add {user} to the group of Exim, {}",
                sudo("/usr/sbin/exim4 -bp")
            ),
        ),
        Mta::Sendmail => (
            format!(
                "PrivacyOptions has restrictmailq: {user} must be in the group of the queue directory"
            ),
            format!(
                "usermod -aG smmsp {user} (the group of /var/spool/mqueue), {}",
                sudo("/usr/bin/mailq")
            ),
        ),
        Mta::Qmail => (
            format!("{user} must be root or in the group qmail"),
            format!(
                "usermod -aG qmail {user}, {}",
                sudo("/var/qmail/bin/qmail-qread")
            ),
        ),
        Mta::OpenSmtpd => (
            format!("smtpctl shows the queue to root only, not to {user}"),
            format!(
                "use {}",
                sudo("/usr/sbin/smtpctl show queue").trim_start_matches("or ")
            ),
        ),
        Mta::Nullmailer => (
            format!("{user} must be able to read /var/spool/nullmailer/queue"),
            format!(
                "setfacl -m u:{user}:rx /var/spool/nullmailer/queue, {}",
                sudo("/usr/bin/mailq")
            ),
        ),
        Mta::Courier => (
            format!("{user} may not read Courier's message queue"),
            sudo("/usr/bin/mailq").trim_start_matches("or ").to_owned(),
        ),
        Mta::Exchange => (
            format!("{user} needs the role View-Only Recipients or Transport Queues"),
            "New-ManagementRoleAssignment -Role \"Transport Queues\" -User ...".to_owned(),
        ),
    }
}
