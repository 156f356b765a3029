namespace Pipeline.Storage.Costs;

/// <summary>The use of a store.</summary>
/// <param name="Gb">Gigabytes (10⁹ bytes) stored for a month.</param>
/// <param name="ClassA">Requests of class A: PUT, POST, COPY, LIST.</param>
/// <param name="ClassB">Requests of class B: GET, HEAD.</param>
/// <param name="EgressGb">Gigabytes that leave the provider's network.</param>
public sealed record StoreUse(decimal Gb, decimal ClassA, decimal ClassB, decimal EgressGb);

/// <summary>The cost of a use in US dollars, rounded to cents. The total is rounded by itself, so it can differ from the sum by a cent.</summary>
public sealed record CostEstimate(decimal Storage, decimal ClassA, decimal ClassB, decimal Egress, decimal Total)
{
    private const decimal Million = 1_000_000m;

    public static CostEstimate Of(StoreUse use, ProviderPrices prices)
    {
        // A price converts to the decimal that was written, so sums are exact.
        decimal[] parts =
        [
            use.Gb * (decimal)prices.GbMonth, use.ClassA / Million * (decimal)prices.PutPerMillion, use.ClassB / Million * (decimal)prices.GetPerMillion, use.EgressGb * (decimal)prices.EgressPerGb,
        ];
        return new CostEstimate(Cents(parts[0]), Cents(parts[1]), Cents(parts[2]), Cents(parts[3]), Cents(parts.Sum()));
    }

    // As invoices round: half a cent is a cent.
    private static decimal Cents(decimal dollars) => Math.Round(dollars, 2, MidpointRounding.AwayFromZero);
}
