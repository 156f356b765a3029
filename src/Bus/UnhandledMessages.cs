using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Pipeline.Hosting.Telemetry;

namespace Pipeline.Bus;

/// <summary>Messages that a consumer could not handle.</summary>
public static class UnhandledMessages
{
    /// <summary>Reports their exceptions. Those of a publish reach the code that publishes.</summary>
    public static void ReportUnhandledMessages(this IBusRegistrationConfigurator bus) =>
        bus.Configure<ReportedCategories>(categories => categories.Add("MassTransit.ReceiveTransport"));
}
