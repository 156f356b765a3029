using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Pipeline.Assets.Persistence;
using Pipeline.Assets.Postgres;
using Pipeline.Storage;
using Pipeline.UploadApi.Http;

namespace Pipeline.UploadApi.Tests.Http;

public sealed class ErrorHandlingTests
{
    /// <summary>
    /// A failed connection, one that breaks during a query and one that breaks during a save have different exception types; the
    /// last one was once reported as an internal error.
    /// </summary>
    public static TheoryData<Exception> Outages => new()
    {
        new NpgsqlException("refused"),
        new InvalidOperationException("likely due to a transient failure", new NpgsqlException("broken")),
        new InvalidOperationException("likely due to a transient failure", new DbUpdateException("not saved", new NpgsqlException("broken"))),
        new TimeoutException(),
        new IOException("the store is ill"),
    };

    [Theory]
    [MemberData(nameof(Outages))]
    public async Task An_outage_answers_503_with_a_time_to_come_again(Exception transient)
    {
        var context = await HandledAsync(transient);

        context.Response.StatusCode.ShouldBe(503);
        context.Response.Headers.RetryAfter.ToString().ShouldBe("5");
    }

    public static TheoryData<Exception> FullDisks => new()
    {
        new InsufficientStorageException("the reserve is reached"),
        new IOException("No space left on device", 28),
        new IOException("Disk quota exceeded", 122),
        new DbUpdateException("not saved", new IOException("No space left on device", 28)),
    };

    [Theory]
    [MemberData(nameof(FullDisks))]
    public async Task A_full_disk_answers_507(Exception fullDisk)
    {
        (await HandledAsync(fullDisk)).Response.StatusCode.ShouldBe(507);
    }

    [Fact]
    public async Task A_fault_of_our_own_answers_500()
    {
        (await HandledAsync(new InvalidOperationException("a bug"))).Response.StatusCode.ShouldBe(500);
    }

    private static async Task<HttpContext> HandledAsync(Exception exception)
    {
        var context = new DefaultHttpContext();
        (await new ErrorHandling(new TransientFaults(new PostgresFaults()), NullLogger<ErrorHandling>.Instance).TryHandleAsync(context, exception, default)).ShouldBeTrue();
        return context;
    }
}
