//! 链路追踪 Spans for OpenTelemetry (OTLP over HTTP), off unless an address is configured.
//!
//! Spans tell names of operations, hashes of documents, sizes of batches and ids of requests; never a
//! variable, never an answer. Where nobody listens a span costs one comparison.

use anyhow::{Context, Result};
use axum::http::HeaderMap;
use opentelemetry::propagation::TextMapPropagator;
use opentelemetry::trace::TracerProvider;
use opentelemetry_http::HeaderExtractor;
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::{Sampler, SdkTracer, SdkTracerProvider};
use tracing::level_filters::LevelFilter;
use tracing::{Span, Subscriber};
use tracing_opentelemetry::OpenTelemetrySpanExt;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::registry::LookupSpan;

use crate::config::Config;

/// Spans have this target and the lowest level, so that no filter of the log lets them in by chance.
pub const TARGET: &str = "qinxin::trace";
const SERVICE: &str = "qinxin";

/// 链路 What is sent is sent by the time this is dropped.
pub struct Traces(SdkTracerProvider);

impl Traces {
    /// The sender of an installation that has an address for it.
    ///
    /// # Errors
    /// An address that is none.
    pub fn of(config: &Config) -> Result<Option<Self>> {
        let Some(address) = &config.otlp_endpoint else { return Ok(None) };
        // The same cryptography as towards the database; if a part of the process has chosen already, so be it.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let exporter = SpanExporter::builder().with_http().with_protocol(Protocol::HttpBinary);
        let exporter = exporter.with_endpoint(address).build().context("otlp_endpoint 不是有效的地址")?;
        // A caller that samples decides; otherwise so many of our own.
        let sampler = Sampler::ParentBased(Box::new(Sampler::TraceIdRatioBased(config.trace_ratio)));
        let provider = SdkTracerProvider::builder()
            .with_batch_exporter(exporter)
            .with_sampler(sampler)
            .with_resource(Resource::builder().with_service_name(SERVICE).build());
        Ok(Some(Self(provider.build())))
    }

    /// The layer that takes our spans and nothing else.
    pub fn layer<S>(&self) -> impl Layer<S> + use<S>
    where
        S: Subscriber + for<'l> LookupSpan<'l>,
    {
        let tracer: SdkTracer = self.0.tracer(SERVICE);
        let sent = tracing_opentelemetry::layer().with_tracer(tracer).with_location(false).with_threads(false);
        sent.with_filter(Targets::new().with_target(TARGET, LevelFilter::TRACE))
    }
}

impl Drop for Traces {
    fn drop(&mut self) {
        if let Err(error) = self.0.shutdown() {
            tracing::warn!(error = %error, "the last spans could not be sent");
        }
    }
}

/// A span for a request over HTTP; it goes on with the trace of its caller (W3C Trace Context).
pub fn request(headers: &HeaderMap) -> Span {
    let span = tracing::trace_span!(
        target: TARGET,
        "POST /graphql",
        otel.kind = "server",
        http.request.id = tracing::field::Empty,
        http.response.status_code = tracing::field::Empty,
    );
    if !span.is_disabled() {
        // A trace that cannot be joined begins anew.
        let _ = span.set_parent(TraceContextPropagator::new().extract(&HeaderExtractor(headers)));
        if let Some(id) = headers.get("x-request-id").and_then(|id| id.to_str().ok()) {
            span.record("http.request.id", id);
        }
    }
    span
}

/// A span for an operation; its name is the client's.
pub fn operation(name: Option<&str>) -> Span {
    tracing::trace_span!(
        target: TARGET,
        "graphql",
        otel.name = name.unwrap_or("graphql"),
        graphql.operation.name = name.unwrap_or_default(),
    )
}
