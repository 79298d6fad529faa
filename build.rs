//! Makes the folder of the built console known to cargo, so that a new build of it is embedded.

fn main() -> std::io::Result<()> {
    std::fs::create_dir_all("console/dist")?;
    println!("cargo:rerun-if-changed=console/dist");
    Ok(())
}
