using Pipeline.Storage.Costs;

namespace Pipeline.Cli.Capacity;

/// <summary>One line of a plan.</summary>
/// <param name="Part">What needs it.</param>
/// <param name="Amount">How much of the unit.</param>
/// <param name="Unit">What is counted.</param>
sealed record CapacityNeed(string Part, double Amount, string Unit);

/// <summary>What a store takes for a month at this rate.</summary>
/// <param name="Requests">Dollars for the requests of a month.</param>
/// <param name="Storage">Dollars a month for what one month adds, for as long as it is kept.</param>
sealed record CapacityCost(string Provider, decimal Requests, decimal Storage);

/// <summary>The formula of docs/operations.md, section Capacity.</summary>
sealed record CapacityPlan(IReadOnlyList<CapacityNeed> Needs, IReadOnlyList<CapacityCost> Month)
{
    /// <summary>Machines that are busier than this have no room for a burst, a restart or a lost neighbour.</summary>
    public const double Busy = 0.7;

    /// <summary>What one instance of the API gives to the bus in a second; see docs/performance.md.</summary>
    public const double DispatchedPerInstance = 500;

    private const double SecondsPerDay = 86_400;
    private const double DaysPerMonth = 30;

    public static CapacityPlan Of(double uploadsPerSecond, double megapixels, CapacityRates rates, PricesOptions prices)
    {
        double Rate(Line line) => uploadsPerSecond * line.At(megapixels);
        double Cores(Line line) => Rate(line) / Busy;
        var perMonth = SecondsPerDay * DaysPerMonth;
        var stored = Rate(rates.OriginalBytes) + Rate(rates.VariantBytes);
        return new CapacityPlan(
            [
                new("workers", Cores(rates.Worker), "cores"),
                new("clamd", Cores(rates.Scanner), "cores"),
                new("API", Cores(rates.Api), "cores"),
                new("API", Math.Max(2, Math.Ceiling(uploadsPerSecond / DispatchedPerInstance)), "instances"),
                new("PostgreSQL", Cores(rates.Database), "cores"),
                new("PostgreSQL", Rate(rates.WalBytes) / 1e6, "MB/s of WAL"),
                new("PostgreSQL", Rate(rates.WalBytes) * SecondsPerDay / 1e9, "GB of WAL a day"),
                new("RabbitMQ", Cores(rates.Broker), "cores"),
                new("RabbitMQ", Rate(rates.Messages), "messages/s"),
                new("store", Rate(rates.ClassA), "writes/s"),
                new("store", Rate(rates.ClassB), "reads/s"),
                new("store", stored * SecondsPerDay / 1e9, "GB more a day"),
                new("network of the workers", stored * 8 / 1e6, "Mbit/s"),
            ],
            [
                .. new[] { (Name: "S3", Prices: prices.S3), (Name: "R2", Prices: prices.R2) }.Select(provider => new CapacityCost(
                    provider.Name,
                    CostEstimate.Of(new StoreUse(0, (decimal)(Rate(rates.ClassA) * perMonth), (decimal)(Rate(rates.ClassB) * perMonth), 0), provider.Prices).Total,
                    CostEstimate.Of(new StoreUse((decimal)(stored * perMonth / 1e9), 0, 0, 0), provider.Prices).Total)),
            ]);
    }
}
