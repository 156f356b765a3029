using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Pipeline.Hosting;
using Pipeline.Hosting.Telemetry;
using Pipeline.Telemetry;
using Pipeline.Telemetry.Errors;
using Pipeline.TestKit;

namespace Pipeline.UploadApi.Tests.Hosting;

/// <summary>Reports of unexpected exceptions to a receiver on loopback.</summary>
public sealed partial class ErrorTrackingTests
{
    private static readonly string Trace = TraceContext.New();

    [Fact]
    public async Task An_unexpected_exception_is_one_event_with_the_asset_and_without_any_text_of_the_exception()
    {
        await using var receiver = await ErrorReceiver.StartAsync();
        var id = Guid.CreateVersion7();
        await using (var app = Host(receiver.Dsn))
        {
            var logger = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Pipeline.Processor.Processing.AssetProcessor");
            using var scope = logger.BeginWork(Trace, id, "image/jpeg", 4711);
            AttemptFailed(logger, Thrown(), id, 1, 1, "internal");
        }

        receiver.Http.All.ShouldHaveSingleItem().Path.ShouldBe("/api/42/envelope/");
        var report = receiver.Events.ShouldHaveSingleItem();
        Tag(report, "asset_id").ShouldBe(id.ToString());
        Tag(report, "asset_type").ShouldBe("image/jpeg");
        Tag(report, "asset_size").ShouldBe("4711");
        Tag(report, "trace_id").ShouldBe(TraceContext.TraceIdOf(Trace));
        report["contexts"]!["trace"]!["trace_id"]!.GetValue<string>().ShouldBe(TraceContext.TraceIdOf(Trace));
        Tag(report, "code").ShouldBe("internal");
        report["level"]!.GetValue<string>().ShouldBe("warning");
        report["fingerprint"]!.AsArray().Select(part => part!.GetValue<string>()).ShouldBe(
            ["internal", "System.Net.Sockets.SocketException", $"{typeof(ErrorTrackingTests).FullName}.{nameof(Thrown)}"]);
        var exceptions = report["exception"]!["values"]!.AsArray();
        exceptions.Select(e => e!["type"]!.GetValue<string>()).ShouldBe(["System.Net.Sockets.SocketException", "System.IO.IOException"], "the cause comes first");
        exceptions[1]!["stacktrace"]!["frames"]!.AsArray()[^1]!["function"]!.GetValue<string>().ShouldBe(nameof(Thrown));
        foreach (var secret in new[] { "geheim", "portrait", "http:", "https:", "C:/", ".cs", Environment.MachineName, Environment.UserName + "\"" })
            receiver.Envelopes.Single().ShouldNotContain(secret, Case.Insensitive);
        foreach (var part in new[] { "server_name", "breadcrumbs", "modules", "extra", "threads" }) report[part].ShouldBeNull(part);
        foreach (var part in new[] { "user", "request", "debug_meta" }) (report[part]?.AsObject().Count ?? 0).ShouldBe(0, part);
        report["contexts"]!.AsObject().Select(context => context.Key).ShouldBe(["trace"]);
    }

    [Fact]
    public async Task The_asset_that_was_noted_where_the_exception_passed_is_named_where_it_is_logged()
    {
        await using var receiver = await ErrorReceiver.StartAsync();
        var facts = new FaultFacts(Guid.CreateVersion7(), "image/png", 12, Trace);
        await using (var app = Host(receiver.Dsn))
        {
            var cause = Thrown();
            FaultFacts.Note(cause, facts).ShouldBeFalse();
            var logger = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("MassTransit.ReceiveTransport");
            Fault(logger, new InvalidOperationException("outer geheim", cause), "rabbitmq://user:geheim@broker/queue");
        }

        var report = receiver.Events.ShouldHaveSingleItem();
        (Tag(report, "asset_id"), Tag(report, "asset_type"), Tag(report, "asset_size"), Tag(report, "code")).ShouldBe((facts.AssetId.ToString(), "image/png", "12", "unhandled"));
        receiver.Envelopes.Single().ShouldNotContain("geheim");
    }

    [Fact]
    public async Task An_exception_that_two_places_log_is_one_event_and_handled_ones_are_none()
    {
        await using var receiver = await ErrorReceiver.StartAsync();
        await using (var app = Host(receiver.Dsn))
        {
            var loggers = app.Services.GetRequiredService<ILoggerFactory>();
            var ours = loggers.CreateLogger("Pipeline.Assets.Dispatch.Dispatcher");
            var exception = Thrown();
            SweepFailed(ours, exception, "Dispatcher");
            Fault(loggers.CreateLogger("Quartz.Core.JobRunShell"), new InvalidOperationException("again", exception), "x");
            Handled(ours, Thrown());
            SweepFailed(ours, new OperationCanceledException(), "Dispatcher");
            SweepFailed(ours, new StartFaultException(StartExit.Away, "known"), "Dispatcher");
            Fault(loggers.CreateLogger("Microsoft.EntityFrameworkCore.Update"), Thrown(), "x");
        }

        Tag(receiver.Events.ShouldHaveSingleItem(), "code").ShouldBe("sweep_failed");
    }

    [Fact]
    public async Task An_outage_that_fails_each_request_sends_a_bounded_number_of_events()
    {
        await using var receiver = await ErrorReceiver.StartAsync();
        await using (var app = Host(receiver.Dsn))
        {
            var logger = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Pipeline.X");
            for (var i = 0; i < 500; i++) SweepFailed(logger, Thrown(), "Dispatcher");
        }

        receiver.Events.Count.ShouldBeInRange(1, ErrorTracker.MostPerMinute);
    }

    [Fact]
    public async Task A_receiver_that_hangs_costs_neither_the_work_nor_more_than_a_moment_at_the_stop()
    {
        using var mute = new TcpListener(IPAddress.Loopback, 0);
        mute.Start();
        var app = Host($"http://key@127.0.0.1:{((IPEndPoint)mute.LocalEndpoint).Port}/1");
        var logger = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Pipeline.X");
        var clock = Stopwatch.StartNew();
        for (var i = 0; i < 10_000; i++) Unlike(logger, i);
        clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(60), "no report waits for the receiver, whose answer would take 100 s");

        clock.Restart();
        await app.DisposeAsync();
        clock.Elapsed.ShouldBeLessThan(ErrorTracker.StopTimeout * 3);
    }

    [Theory]
    [InlineData("geheim")]
    [InlineData("https://sentry.example.com/1")]
    [InlineData("https://geheim@sentry.example.com/")]
    [InlineData("ftp://geheim@sentry.example.com/1")]
    [InlineData("https://geheim@sentry.example.com/a b")]
    [InlineData("https://geheim@sentry.example.com/1?x=1")]
    public void A_wrong_address_is_a_fault_of_the_start_that_does_not_repeat_it(string dsn)
    {
        var fault = Should.Throw<StartFaultException>(() => Host(dsn).Services.GetRequiredService<ErrorTracker>());

        fault.Exit.ShouldBe(StartExit.Misconfigured);
        fault.Faults.ShouldHaveSingleItem().ShouldContain("`SENTRY_DSN`");
        fault.Message.ShouldNotContain("geheim");
    }

    [Fact]
    public void Without_an_address_nothing_is_registered() => Host(dsn: null).Services.GetService<ErrorTracker>().ShouldBeNull();

    private static WebApplication Host(string? dsn)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration["SENTRY_DSN"] = dsn;
        builder.Configuration["Metrics:Port"] = "0";
        builder.Logging.ClearProviders();
        builder.AddTelemetry("uploadapi", metricsPort: 0);
        return builder.Build();
    }

    private static string Tag(JsonNode report, string name) => report["tags"]![name]!.GetValue<string>();

    private static IOException Thrown()
    {
        try
        {
            try
            {
                throw new SocketException(10061, "http://geheim@10.0.0.7/uploads/portrait.jpg?sig=geheim");
            }
            catch (SocketException e)
            {
                e.Data["path"] = "C:/geheim/portrait.jpg";
                throw new IOException("C:/geheim/portrait.jpg", e);
            }
        }
        catch (IOException e)
        {
            return e;
        }
    }

    // Each in a group of its own, so that only the bound of the queue holds.
    private static void Unlike(ILogger logger, int number) =>
        AttemptFailed(logger, new InvalidOperationException("x"), Guid.Empty, 1, 1, $"code_{(char)('a' + (number % 26))}{(char)('a' + (number / 26 % 26))}{(char)('a' + (number / 676 % 26))}");

    [LoggerMessage(101, LogLevel.Warning, "Asset {AssetId}, revision {Revision}, attempt {Attempt} failed with {Code}")]
    private static partial void AttemptFailed(ILogger logger, Exception exception, Guid assetId, int revision, int attempt, string code);

    [LoggerMessage(1, LogLevel.Error, "{Sweep} stopped early")]
    private static partial void SweepFailed(ILogger logger, Exception exception, string sweep);

    [LoggerMessage(2, LogLevel.Warning, "It is tried again")]
    private static partial void Handled(ILogger logger, Exception exception);

    [LoggerMessage(3, LogLevel.Error, "R-FAULT {Address}")]
    private static partial void Fault(ILogger logger, Exception exception, string address);
}
