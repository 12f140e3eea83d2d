//! A place that counts what it is asked.

use std::collections::BTreeMap;
use std::sync::Mutex;

use async_trait::async_trait;
use satchel_ports::{BlobError, BlobStore, Listed, Put};
use satchel_types::BlobName;
use tokio_util::sync::CancellationToken;

/// A place in memory.
#[derive(Debug, Default)]
pub struct Place {
    objects: Mutex<BTreeMap<BlobName, Vec<u8>>>,
    asked: Mutex<Asked>,
}

/// How often it was asked for what.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Asked {
    pub lists: usize,
    pub gets: usize,
    pub puts: usize,
}

impl Place {
    /// Returns how often it was asked since the last time.
    pub fn asked(&self) -> Asked {
        std::mem::take(&mut *self.asked.lock().expect("no panic"))
    }
}

#[async_trait]
impl BlobStore for Place {
    fn place(&self) -> &str {
        "memory"
    }

    async fn list(&self, _: &CancellationToken) -> Result<Vec<Listed>, BlobError> {
        self.asked.lock().expect("no panic").lists += 1;
        let objects = self.objects.lock().expect("no panic");
        let listed = objects.iter().map(|(name, object)| Listed {
            name: *name,
            len: Some(object.len() as u64),
            tag: None,
        });
        Ok(listed.collect())
    }

    async fn get(&self, name: &BlobName, _: u64) -> Result<Vec<u8>, BlobError> {
        self.asked.lock().expect("no panic").gets += 1;
        let objects = self.objects.lock().expect("no panic");
        objects.get(name).cloned().ok_or(BlobError::NotFound)
    }

    async fn put_new(&self, name: &BlobName, object: &[u8]) -> Result<Put, BlobError> {
        self.asked.lock().expect("no panic").puts += 1;
        let mut objects = self.objects.lock().expect("no panic");
        Ok(match objects.insert(*name, object.to_vec()) {
            None => Put::New,
            Some(_) => Put::Existed,
        })
    }

    async fn mend(&self, name: &BlobName, object: &[u8]) -> Result<(), BlobError> {
        self.put_new(name, object).await.map(|_| ())
    }

    async fn remove(&self, name: &BlobName) -> Result<(), BlobError> {
        self.objects.lock().expect("no panic").remove(name);
        Ok(())
    }
}
