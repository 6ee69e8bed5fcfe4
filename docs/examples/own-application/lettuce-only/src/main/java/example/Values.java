package example;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Executors;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.api.sync.RedisCommands;

/**
 * Values by key, in Redis: GET and PUT /value/KEY. One Lettuce connection for all requests, as Lettuce advises.
 */
public final class Values {

	private static final String PATH = "/value/";

	private final RedisCommands<String, String> redis;

	private Values(RedisCommands<String, String> redis) {
		this.redis = redis;
	}

	public static void main(String[] arguments) throws IOException {
		RedisURI uri = RedisURI.create(setting("REDIS_URI", "redis://localhost:6379"));
		uri.setTimeout(Duration.parse(setting("COMMAND_TIMEOUT", "PT60S")));
		RedisClient client = RedisClient.create(uri);
		client.setOptions(ClientOptions.builder().socketOptions(socketOptions()).build());
		Values values = new Values(client.connect().sync());
		String[] listen = setting("LISTEN", "localhost:8080").split(":");
		HttpServer server = HttpServer.create(new InetSocketAddress(listen[0], Integer.parseInt(listen[1])), 0);
		server.setExecutor(Executors.newFixedThreadPool(64));
		server.createContext("/health", (exchange) -> answer(exchange, 200, "up"));
		server.createContext(PATH, values::serve);
		server.start();
	}

	/** A probe a second after the last packet: often enough for a firewall that forgets after three. */
	private static SocketOptions socketOptions() {
		SocketOptions.KeepAliveOptions keepAlive = SocketOptions.KeepAliveOptions.builder()
			.enable(setting("KEEPALIVE", "off").equals("on"))
			.idle(Duration.ofSeconds(1))
			.interval(Duration.ofSeconds(1))
			.count(3)
			.build();
		return SocketOptions.builder().keepAlive(keepAlive).build();
	}

	private void serve(HttpExchange exchange) throws IOException {
		String key = exchange.getRequestURI().getPath().substring(PATH.length());
		try {
			answer(exchange, 200, exchange.getRequestMethod().equals("PUT") ? put(exchange, key) : get(key));
		}
		catch (RedisException ex) {
			answer(exchange, 503, ex.toString());
		}
	}

	private String put(HttpExchange exchange, String key) throws IOException {
		return this.redis.set(key, new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
	}

	private String get(String key) {
		String value = this.redis.get(key);
		return (value != null) ? value : "";
	}

	private static void answer(HttpExchange exchange, int status, String text) throws IOException {
		byte[] body = text.getBytes(StandardCharsets.UTF_8);
		try (exchange) {
			exchange.sendResponseHeaders(status, (body.length > 0) ? body.length : -1);
			exchange.getResponseBody().write(body);
		}
	}

	private static String setting(String name, String otherwise) {
		return System.getenv().getOrDefault(name, otherwise);
	}

}
