using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using Pipeline.Assets.StoreEvents;
using Pipeline.UploadApi.Http;

namespace Pipeline.UploadApi.StoreEvents;

/// <param name="Received">Events in the notification.</param>
/// <param name="Confirmed">Uploads that this notification confirmed.</param>
public sealed record StoreEventResponse(int Received, int Confirmed);

/// <summary>
/// <c>POST /api/store-events</c>: the object store, or a program of the operator, tells of objects that were written. The answer tells counts
/// only, so it shows nobody which keys exist.
/// </summary>
internal sealed class StoreEventEndpoint(ConfirmByStoreEvents confirm, IOptions<StoreEventOptions> options)
{
    private const int RetrySeconds = 30;
    private const string Scheme = "Bearer ";

    /// <remarks>It reads the body itself: nobody without the secret has it read.</remarks>
    public async Task<IResult> HandleAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (options.Value.Secret is not { } secret) return Problem.NotFound().ToResult();
        if (!IsSecret(request.Headers.Authorization.ToString(), secret))
        {
            request.HttpContext.Response.Headers[HeaderNames.WWWAuthenticate] = "Bearer";
            return Problem.WrongStoreSecret().ToResult();
        }

        if (await ReadAsync(request, cancellationToken) is not { } notification) return Problem.NoNotification().ToResult();
        var result = await confirm.RunAsync(notification, cancellationToken);
        return result.Unknown > 0
            ? Problem.Unavailable().ToResult(RetrySeconds)
            : Results.Ok(new StoreEventResponse(notification.Events, result.Confirmed));
    }

    private static async Task<StoreNotification?> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        try
        {
            using var body = await JsonDocument.ParseAsync(request.Body, default, cancellationToken);
            return StoreEventReader.Read(body.RootElement);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // Hashes have one length, so the comparison takes the same time whatever was sent.
    private static bool IsSecret(string header, string secret) => header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
        && CryptographicOperations.FixedTimeEquals(Hash(header[Scheme.Length..].Trim()), Hash(secret));

    private static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
