//! What a session is for: profiles, settings, models, and the clients of several services. Nothing is sent.
//!
//!     cargo run --example session --features s3,sts

use botocore::{Environment, Result, Session, get_session, s3, sts};

fn main() -> Result<()> {
    basic()?;
    configuration()?;
    discovery()
}

/// A session of the process's environment, a session of a profile, and clients of both.
fn basic() -> Result<()> {
    let session = get_session(None);
    println!("The environment's session has the profile {:?}.", session.profile());

    // A home directory of the example's own, so that it runs everywhere.
    let home = std::env::temp_dir().join(format!("botocore-session-{}", std::process::id()));
    let file = home.join(".aws").join("config");
    std::fs::create_dir_all(home.join(".aws"))
        .and_then(|()| std::fs::write(&file, CONFIG))
        .expect("a directory of ours");
    let session = Session::builder().environment(Environment::empty().with_home(&home)).build();
    session.set_profile("myprofile");
    println!("Of the profiles {:?}, {:?} is chosen.", session.available_profiles()?, session.profile());

    let s3 = session.create_client::<s3::Client>().region_name("us-east-1").build()?;
    let sts = session.create_client::<sts::Client>().region_name("us-west-2").build()?;
    let by_name = session.create_client_by_name("s3")?.build()?;
    for meta in [s3.meta(), sts.meta(), by_name.meta()] {
        println!("{} in {:?} is at {:?}.", meta.service_name(), meta.region_name(), meta.endpoint_url());
    }
    std::fs::remove_dir_all(home).expect("the directory was ours");
    Ok(())
}

const CONFIG: &str =
    "[default]\nregion = eu-central-1\n\n[profile myprofile]\nregion = eu-west-1\nretry_mode = adaptive\n";

/// Settings that are read, and set.
fn configuration() -> Result<()> {
    let session = Session::builder().environment(Environment::empty().with("AWS_DEFAULT_REGION", "eu-west-1")).build();
    println!("The region is {:?}, the profile {:?}.", session.get_config_variable("region")?, session.profile());
    session.set_config_variable("region", "us-west-1");
    println!("Now the region is {:?}.", session.get_config_variable("region")?);
    println!("The files have {} sections in all.", session.full_config()?.len());
    Ok(())
}

/// What services there are, and what they can do.
fn discovery() -> Result<()> {
    let session = get_session(None);
    let services = session.get_available_services()?;
    println!("Available services: {}", services.len());
    let s3 = session.get_service_model("s3", None)?;
    println!("S3 has {} operations: {} …", s3.operation_names().len(), s3.operation_names()[..3].join(", "));
    let put = s3.operation_model("PutObject")?;
    let required = put.input_shape().map(|shape| shape.required_members()).unwrap_or_default();
    println!("{} needs {}.", put.name(), required.join(" and "));
    Ok(())
}
