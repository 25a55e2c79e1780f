//! A story a service: create, read, list, delete, against `moto_server`, which nobody here wrote.
//!
//! `cargo xtask test` starts the server and names it in `BOTOCORE_TEST_MOTO`.

#[path = "../support/moto.rs"]
mod support;

mod cloudformation;
mod cloudwatch;
mod dynamodb;
mod ec2;
mod ecr;
mod events;
mod iam;
#[cfg(feature = "dynamodb-items")]
mod items;
mod kms;
mod lambda;
mod logs;
mod pages;
mod route53;
mod s3;
mod secretsmanager;
#[cfg(feature = "serde")]
mod serde;
mod sns;
mod sqs;
mod ssm;
mod sts;
