using MassTransit;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Pipeline.Contracts;

namespace Pipeline.Bus.Outcomes;

/// <summary>Adds the consumers of outcomes to the endpoint of a lane.</summary>
public delegate void OutcomeConsumers(IReceiveEndpointConfigurator endpoint, IBusRegistrationContext context);

/// <summary>
/// Reads the outcome lanes besides lane 0: those of this API's setting, which it declares, and all that exist. So a lane is drained whatever
/// settings the hosts have, also after all of them were lowered.
/// </summary>
internal sealed class OutcomeLaneReaders(
    IReceiveEndpointConnector connector, OutcomeConsumers consumers, ReadLanes lanes, IOptions<RabbitMqOptions> options, TimeProvider time, ILogger<OutcomeLaneReaders> logger)
    : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(15);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            for (var lane = 1; lane < options.Value.OutcomeLanes; lane++) Read(lane);
            while (true)
            {
                await LookAsync(stoppingToken);
                await Task.Delay(Interval, time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host is stopping.
        }
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            foreach (var lane in await ExistingLanes.AskAsync(options.Value, lanes.Others, LaneRouting.DeclareAsync, cancellationToken)) Read(lane);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            logger.LanesUnknown(e.Message);
        }
    }

    private void Read(int lane)
    {
        var queue = OutcomeLanes.QueueOf(lane);
        connector.ConnectReceiveEndpoint(queue, (context, endpoint) =>
        {
            // Bound to the types' exchanges, each lane would get every outcome.
            endpoint.ConfigureConsumeTopology = false;
            var rabbit = (IRabbitMqReceiveEndpointConfigurator)endpoint;
            QuorumQueue.Configure(rabbit, queue, options.Value.DeliveryLimit);
            rabbit.BindLane(lane);
            consumers(endpoint, context);
        });
        lanes.Add(lane);
        logger.LaneRead(queue);
    }
}
