using Pipeline.Storage.Costs;

namespace Pipeline.Storage.S3;

/// <summary>The area and the operation of an HTTP request to a bucket, for metrics and for costs.</summary>
/// <param name="Area">One of <see cref="StoreRequestCounts.AreaNames"/>.</param>
/// <param name="Operation">One of <see cref="StoreOperation"/>.</param>
internal sealed record S3Request(string Area, string Operation)
{
    public static S3Request Of(HttpRequestMessage request, S3AreaSettings bucket)
    {
        var query = request.RequestUri!.Query;
        var path = Uri.UnescapeDataString(request.RequestUri.AbsolutePath).TrimStart('/');
        if (bucket.PathStyle) path = path.StartsWith($"{bucket.Bucket}/", StringComparison.Ordinal) ? path[(bucket.Bucket.Length + 1)..] : "";

        // All areas may share one bucket, so the beginning of the key decides. A listing names it in its prefix.
        var key = path.Length > 0 ? path : PrefixIn(query);
        if (key.StartsWith(bucket.Prefix, StringComparison.Ordinal)) key = key[bucket.Prefix.Length..];
        return new S3Request(StoreRequestCounts.AreaOf(key), OperationOf(request, query, isBucket: path.Length == 0));
    }

    private static string OperationOf(HttpRequestMessage request, string query, bool isBucket) => request.Method.Method switch
    {
        "HEAD" => StoreOperation.Head,
        "GET" => isBucket || query.Contains("uploadId=", StringComparison.Ordinal) ? StoreOperation.List : StoreOperation.Get,
        "DELETE" => StoreOperation.Delete,

        // The body of a deletion of several objects names them.
        "POST" when isBucket => StoreOperation.Delete,
        _ => request.Headers.Contains("x-amz-copy-source") ? StoreOperation.Copy : StoreOperation.Put,
    };

    private static string PrefixIn(string query) => query.TrimStart('?').Split('&')
        .Where(field => field.StartsWith("prefix=", StringComparison.Ordinal))
        .Select(field => Uri.UnescapeDataString(field["prefix=".Length..]))
        .FirstOrDefault("");
}
