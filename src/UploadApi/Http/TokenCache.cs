using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;

namespace Pipeline.UploadApi.Http;

/// <summary>
/// The tokens that were found valid, so that the signature of each is checked once and not by every request. The lifetime is checked by every request. It
/// holds hashes, never a token.
/// </summary>
internal sealed class TokenCache
{
    private const int MostInGeneration = 10_000;

    // Two generations: a token that is used moves to the newer one, and the older one is dropped as a whole.
    private ConcurrentDictionary<Key, Entry> _newer = new();
    private ConcurrentDictionary<Key, Entry> _older = new();

    internal int Count => _newer.Count + _older.Count;

    /// <param name="token">The token.</param>
    /// <param name="keys">The keys that are valid now. A token that other keys have confirmed must be validated again.</param>
    /// <returns>Null if the token is not known to be valid.</returns>
    public Entry? Find(string token, object? keys)
    {
        var key = Key.Of(token);
        if (!_newer.TryGetValue(key, out var entry))
        {
            if (!_older.TryRemove(key, out entry)) return null;
            Add(key, entry);
        }

        if (ReferenceEquals(entry.Keys, keys)) return entry;
        _newer.TryRemove(key, out _);
        return null;
    }

    public void Add(string token, Entry entry) => Add(Key.Of(token), entry);

    public void Remove(string token)
    {
        var key = Key.Of(token);
        _newer.TryRemove(key, out _);
        _older.TryRemove(key, out _);
    }

    private void Add(Key key, Entry entry)
    {
        if (_newer.Count >= MostInGeneration) (_older, _newer) = (_newer, new ConcurrentDictionary<Key, Entry>());
        _newer[key] = entry;
    }

    /// <param name="User">The user.</param>
    /// <param name="NotBefore">From when the token is valid.</param>
    /// <param name="Expires">Until when.</param>
    /// <param name="Keys">The keys by which it was validated.</param>
    internal sealed record Entry(ClaimsPrincipal User, DateTime? NotBefore, DateTime? Expires, object? Keys);

    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct Key(UInt128 High, UInt128 Low)
    {
        private const int MaxOnStack = 4096;

        public static Key Of(string token)
        {
            var length = Encoding.UTF8.GetMaxByteCount(token.Length);
            Span<byte> bytes = length <= MaxOnStack ? stackalloc byte[MaxOnStack] : new byte[length];
            Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
            SHA256.HashData(bytes[..Encoding.UTF8.GetBytes(token, bytes)], hash);
            return MemoryMarshal.Read<Key>(hash);
        }
    }
}
