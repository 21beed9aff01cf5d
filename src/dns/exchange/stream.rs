//! One question over TCP (RFC 7766), for answers that are too long for UDP or came in a strange spelling.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::line::Come;
use super::message::{Asked, Said};

/// Messages that answer nothing before we give the server up.
const MOST_FOREIGN: usize = 4;

/// Asks; ends when the caller's patience ends.
pub async fn ask(server: SocketAddr, asked: &Asked, id: u16) -> Come {
    match dialogue(server, asked, id).await {
        Ok(said) => Come::Said(said),
        Err(error) => Come::Unreachable(format!("over TCP: {}", error.kind())),
    }
}

async fn dialogue(server: SocketAddr, asked: &Asked, id: u16) -> std::io::Result<Said> {
    let packet = match asked.packet(id, true) {
        Ok(packet) => packet,
        Err(outcome) => return Ok(Said::Answer(Err(outcome))),
    };
    let size = u16::try_from(packet.len()).unwrap_or(u16::MAX);
    let mut stream = TcpStream::connect(server).await?;
    stream
        .write_all(&[&size.to_be_bytes(), packet.as_slice()].concat())
        .await?;
    for _ in 0..MOST_FOREIGN {
        let size = stream.read_u16().await?;
        let mut bytes = vec![0; usize::from(size)];
        stream.read_exact(&mut bytes).await?;
        match asked.read(id, &bytes, true) {
            Said::Foreign(_) => {}
            said => return Ok(said),
        }
    }
    Err(std::io::Error::other("no proper answer"))
}
