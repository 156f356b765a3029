using System.Text;

namespace Pipeline.Storage.Tests.Contract;

/// <summary>Every rule of <see cref="IObjectStore"/>, for every driver. The store may be shared, so each test uses its own keys.</summary>
public abstract partial class ObjectStoreContract
{
    private readonly string _area = $"contract/{Guid.NewGuid():N}/";

    /// <summary>The store to test.</summary>
    protected abstract IObjectStore Store { get; }

    /// <summary>A key of this test only.</summary>
    protected ObjectKey Key(string name) => ObjectKey.Parse(_area + name);

    /// <summary>Writes a small object and returns its entity tag.</summary>
    protected async Task<string> Put(ObjectKey key, string text, WriteOptions? options = null) => await Put(key, Encoding.UTF8.GetBytes(text), options);

    private async Task<string> Put(ObjectKey key, byte[] bytes, WriteOptions? options = null)
    {
        var result = await Store.WriteAsync(key, new MemoryStream(bytes), bytes.Length, options ?? Jpeg, default);
        return result.ShouldBeOfType<WriteResult.Written>().ETag;
    }

    /// <summary>The content of an object, or null if there is none.</summary>
    protected async Task<string?> Text(ObjectKey key)
    {
        await using var read = await Store.ReadAsync(key, null, default);
        return read is ReadResult.Found found ? await new StreamReader(found.Content).ReadToEndAsync() : null;
    }

    private async Task<List<string>> List(string prefix)
    {
        var keys = new List<string>();
        await foreach (var info in Store.ListAsync(prefix, default)) keys.Add(info.Key.Value);
        return keys;
    }

    /// <summary>Minimal options.</summary>
    protected static WriteOptions Jpeg { get; } = new() { ContentType = "image/jpeg" };
}
