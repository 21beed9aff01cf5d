use super::*;
use proptest::prelude::*;

/// from, by, id, encrypted, local
type Row<'a> = (&'a str, &'a str, &'a str, &'a str, bool, bool);

const DATE: &str = "Fri, 20 Nov 2026 10:14:00 +0100 (CET)";
const UNIX: i64 = 1_795_166_040;

#[test]
fn the_servers_of_the_field() {
    let rows: [Row; 22] = [
        // Postfix
        (
            "from client.example.org (client.example.org [192.0.2.7])\r\n\t(using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)\r\n\t key-exchange X25519 server-signature RSA-PSS (2048 bits))\r\n\t(No client certificate requested)\r\n\tby mx.example.net (Postfix) with ESMTPS id 4XyZ1k0pQzGm\r\n\tfor <echo@example.net>",
            "client.example.org",
            "mx.example.net",
            "4XyZ1k0pQzGm",
            true,
            false,
        ),
        (
            "from tls1.example.org (unknown [192.0.2.7]) by mx.example.net (Postfix) with ESMTP id 4XyZ",
            "tls1.example.org",
            "mx.example.net",
            "4XyZ",
            false,
            false,
        ),
        (
            "by mx.example.net (Postfix, from userid 1000)\r\n\tid 4XyZ",
            "",
            "mx.example.net",
            "4XyZ",
            false,
            true,
        ),
        (
            "from localhost (localhost [127.0.0.1]) by mx.example.net (Postfix) with ESMTP id 4XyZ",
            "localhost",
            "mx.example.net",
            "4XyZ",
            false,
            true,
        ),
        // What the client says it is does not make it a local one.
        (
            "from [127.0.0.1] (unknown [192.0.2.7]) by mx.example.net (Postfix) with ESMTP id 4XyZ",
            "[127.0.0.1]",
            "mx.example.net",
            "4XyZ",
            false,
            false,
        ),
        (
            "from [192.0.2.7] (port=2525 helo=[127.0.0.1]) by mx.example.net with esmtp (Exim 4.96) id 1rAB",
            "[192.0.2.7]",
            "mx.example.net",
            "1rAB",
            false,
            false,
        ),
        (
            "from unknown (HELO 127.0.0.1) (192.0.2.7) by mx.example.net with SMTP",
            "unknown",
            "mx.example.net",
            "",
            false,
            false,
        ),
        // Exim
        (
            "from client.example.org ([192.0.2.7])\r\n\tby mx.example.net with esmtps (TLS1.3) tls TLS_AES_256_GCM_SHA384\r\n\t(Exim 4.96)\r\n\t(envelope-from <a@example.org>)\r\n\tid 1rABcD-00000000abc-1XyZ\r\n\tfor b@example.net",
            "client.example.org",
            "mx.example.net",
            "1rABcD-00000000abc-1XyZ",
            true,
            false,
        ),
        (
            "from [192.0.2.7] (helo=client.example.org) by mx.example.net with esmtp (Exim 4.96) id 1rAB",
            "[192.0.2.7]",
            "mx.example.net",
            "1rAB",
            false,
            false,
        ),
        (
            "from root by mx.example.net with local (Exim 4.96) (envelope-from <root@example.net>) id 1rAB",
            "root",
            "mx.example.net",
            "1rAB",
            false,
            true,
        ),
        // Sendmail
        (
            "from client.example.org (client.example.org [IPv6:2001:db8::7]) by mx.example.net (8.17.1/8.17.1) with ESMTPS id 3AB1CdEf012345 (version=TLSv1.3 cipher=TLS_AES_256_GCM_SHA384 bits=256 verify=NOT) for <b@example.net>",
            "client.example.org",
            "mx.example.net",
            "3AB1CdEf012345",
            true,
            false,
        ),
        // OpenSMTPD
        (
            "from client.example.org (client.example.org [192.0.2.7]) by mx.example.net (OpenSMTPD) with ESMTPS id 7f3a9c51 (TLSv1.3:TLS_AES_256_GCM_SHA384:256:NO) for <b@example.net>",
            "client.example.org",
            "mx.example.net",
            "7f3a9c51",
            true,
            false,
        ),
        (
            "from localhost (mx.example.net [local]) by mx.example.net (OpenSMTPD) with ESMTPA id 7f3a9c51",
            "localhost",
            "mx.example.net",
            "7f3a9c51",
            false,
            true,
        ),
        // Dovecot
        (
            "from mx.example.net ([192.0.2.8]) by imap.example.net with LMTP id abcDEF/xyz (envelope-from <a@example.org>) for <b@example.net>",
            "mx.example.net",
            "imap.example.net",
            "abcDEF/xyz",
            false,
            false,
        ),
        (
            "from mx.example.net by imap.example.net with LMTP id abc",
            "mx.example.net",
            "imap.example.net",
            "abc",
            false,
            true,
        ),
        // Exchange
        (
            "from AM0PR01MB1.example.com (2001:db8:1::1) by DB3PR01MB2.example.com (2001:db8:2::1) with Microsoft SMTP Server (version=TLS1_2, cipher=TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384) id 15.20.8158.24",
            "AM0PR01MB1.example.com",
            "DB3PR01MB2.example.com",
            "15.20.8158.24",
            true,
            false,
        ),
        (
            "from AM0PR01MB1.example.com ([fe80::1%4]) by AM0PR01MB1.example.com ([fe80::1%4]) with mapi id 15.20.8158.24",
            "AM0PR01MB1.example.com",
            "AM0PR01MB1.example.com",
            "15.20.8158.24",
            false,
            true,
        ),
        // Gmail
        (
            "from client.example.org (client.example.org. [192.0.2.7])\r\n        by mx.google.com with ESMTPS id x12-20020a05si123\r\n        for <b@example.net>\r\n        (version=TLS1_3 cipher=TLS_AES_256_GCM_SHA384 bits=256/256)",
            "client.example.org",
            "mx.google.com",
            "x12-20020a05si123",
            true,
            false,
        ),
        (
            "by 2002:a05:6a10:1a2b:b0:1 with SMTP id ab12csp1234",
            "",
            "2002:a05:6a10:1a2b:b0:1",
            "ab12csp1234",
            false,
            true,
        ),
        // qmail, netqmail with TLS
        (
            "from unknown (HELO client.example.org) (192.0.2.7)\r\n  by mx.example.net with (DHE-RSA-AES256-GCM-SHA384 encrypted) SMTP",
            "unknown",
            "mx.example.net",
            "",
            true,
            false,
        ),
        ("(qmail 12345 invoked by uid 89)", "", "", "", false, true),
        // Courier
        (
            "from client.example.org (client.example.org [::ffff:192.0.2.7])\r\n  (AUTH: PLAIN u, TLS: TLSv1.3,128bits,TLS_AES_128_GCM_SHA256)\r\n  by mx.example.net with ESMTPSA\r\n  id 00000000000A1B2C.00000000656A.00001234",
            "client.example.org",
            "mx.example.net",
            "00000000000A1B2C.00000000656A.00001234",
            true,
            false,
        ),
    ];
    for (text, from, by, id, encrypted, local) in rows {
        let hop = parse(format!("{text}; {DATE}").as_bytes());
        assert_eq!(hop.from.as_deref().unwrap_or(""), from, "{text}");
        assert_eq!(hop.by.as_deref().unwrap_or(""), by, "{text}");
        assert_eq!(hop.id.as_deref().unwrap_or(""), id, "{text}");
        assert_eq!(hop.encrypted, encrypted, "{text}");
        assert_eq!(hop.local, local, "{text}");
        assert_eq!(hop.date, Some(UNIX), "{text}");
        // Without a date all else is still there.
        assert_eq!(parse(text.as_bytes()), Hop { date: None, ..hop }, "{text}");
    }
}

#[test]
fn the_first_hop_comes_first() {
    let mail =
        format!("Received: from b by c; {DATE}\r\nX: y\r\nReceived: from a by b; nonsense\r\n\r\n");
    let hops = hops(&Message::parse(mail.as_bytes()));
    let names: Vec<&str> = hops.iter().map(Hop::name).collect();
    assert_eq!(names, ["b", "c"]);
    assert_eq!(hops[0].date, None);
    assert_eq!(hops[1].date, Some(UNIX));
}

proptest! {
    #[test]
    fn no_field_panics(text in "(from |by |with |id |for |;|\\(|\\)|\\[|\\]|\"|\\\\|TLS|[a-z0-9.:]{1,8}|\\PC){0,60}") {
        let _ = parse(text.as_bytes());
    }

    #[test]
    fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = parse(&bytes);
    }
}
