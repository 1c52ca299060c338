#include "registry_settings.hpp"

#include "option_words.hpp"

namespace occy::cli {
namespace {

void add_login(CLI::App& program, RegistrySettings& settings) {
  program.add_option("--username", settings.username, "Who one is at the one registry that the command names")
      ->type_name("USER")
      ->envname("OCCY_USERNAME");
  auto* password = program
                       .add_option("--password", settings.password,
                                   "Its password; on the command line every user of the machine can see it")
                       ->type_name("PASSWORD")
                       ->envname("OCCY_PASSWORD");
  program
      .add_flag_callback(
          "--password-stdin", [&settings] { settings.password_from = RegistrySettings::PasswordFrom::standard_input; },
          "Read the password from standard input")
      ->excludes(password);
}

void add_transport(CLI::App& program, RegistrySettings& settings) {
  program
      .add_flag_callback(
          "--insecure", [&settings] { settings.transport = RegistryTransport::plain; }, "Plain HTTP, to all registries")
      ->envname("OCCY_INSECURE");
  program
      .add_option_function<bool>(
          "--tls-verify",
          [&settings](bool verified) {
            // Plain HTTP has no certificate to look at.
            if (!verified && settings.transport == RegistryTransport::tls)
              settings.transport = RegistryTransport::tls_unverified;
          },
          "false: any certificate of a registry is good enough")
      ->type_name("true|false")
      ->default_str("true")
      ->envname("OCCY_TLS_VERIFY");
}

void add_certificates(CLI::App& program, TlsFiles& files) {
  program.add_option("--cacert", files.authorities, "Authorities (PEM) to trust beside the system's")
      ->type_name("FILE")
      ->envname("OCCY_CACERT");
  auto* certificate =
      program
          .add_option("--cert", files.client_certificate, "Certificate (PEM) to show to a registry that asks for one")
          ->type_name("FILE")
          ->envname("OCCY_CERT");
  auto* key = program.add_option("--key", files.client_key, "Its key (PEM)")
                  ->type_name("FILE")
                  ->envname("OCCY_KEY")
                  ->needs(certificate);
  certificate->needs(key);
}

void add_transfer(CLI::App& program, RegistrySettings& settings) {
  add_choice<Compression>(program, "--compression", settings.compression,
                          {{"gzip", Compression::gzip}, {"zstd", Compression::zstd}, {"none", Compression::none}},
                          "How layers are packed for a registry that are not packed yet")
      ->envname("OCCY_COMPRESSION");
  program
      .add_option("--layer-cache", settings.layer_cache,
                  "Remembers which blob a layer became, so that a later run need not make it again")
      ->type_name("FILE")
      ->envname("OCCY_LAYER_CACHE");
  program
      .add_option("--blob-cache", settings.blob_cache,
                  "Keeps blobs of registries, and beginnings of them, for later runs")
      ->type_name("DIRECTORY")
      ->envname("OCCY_BLOB_CACHE");
}

void add_patience(CLI::App& program, RegistrySettings& settings) {
  program.add_option("--retries", settings.retries, "Further tries after the first, while nothing moves")
      ->check(unnamed(CLI::Range(0U, 1000U)))
      ->type_name("N")
      ->capture_default_str()
      ->envname("OCCY_RETRIES");
  program.add_option("--rate-limit", settings.requests_per_second, "Requests to one registry in a second; 0: no limit")
      ->check(unnamed(CLI::Range(0.0, 1e6)))
      ->type_name("R")
      ->capture_default_str()
      ->envname("OCCY_RATE_LIMIT");
}

}  // namespace

void add_registry_settings(CLI::App& program, RegistrySettings& settings) {
  add_login(program, settings);
  add_transport(program, settings);
  add_certificates(program, settings.tls);
  add_transfer(program, settings);
  add_patience(program, settings);
}

}  // namespace occy::cli
