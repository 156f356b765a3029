using System.ComponentModel.DataAnnotations;

namespace Pipeline.Storage.Costs;

/// <summary>The prices of store providers in US dollars. Section <c>Prices</c>. The defaults are the list prices of November 2026, without free tiers.</summary>
public sealed class PricesOptions
{
    public const string Section = "Prices";

    /// <summary>Cloudflare R2, class Standard.</summary>
    public ProviderPrices R2 { get; set; } = new() { PutPerMillion = 4.50, GetPerMillion = 0.36, GbMonth = 0.015, EgressPerGb = 0 };

    /// <summary>AWS S3 Standard in us-east-1, with egress to the internet.</summary>
    public ProviderPrices S3 { get; set; } = new() { PutPerMillion = 5.00, GetPerMillion = 0.40, GbMonth = 0.023, EgressPerGb = 0.09 };
}

/// <summary>The prices of one provider.</summary>
public sealed class ProviderPrices
{
    /// <summary>A million writes or listings: requests of class A.</summary>
    [Range(0, 10_000)]
    public double PutPerMillion { get; set; }

    /// <summary>A million reads: requests of class B.</summary>
    [Range(0, 10_000)]
    public double GetPerMillion { get; set; }

    /// <summary>A gigabyte stored for a month.</summary>
    [Range(0, 10_000)]
    public double GbMonth { get; set; }

    /// <summary>A gigabyte sent to the internet.</summary>
    [Range(0, 10_000)]
    public double EgressPerGb { get; set; }
}
