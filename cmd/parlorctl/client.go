package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// maxAnswer is far above what a full node has to say.
const maxAnswer = 64 << 20

// client asks one parlord.
type client struct{ base, token string }

// baseURL reads -admin. An address without a scheme does too, as parlord's own -admin is one.
func baseURL(admin string) (string, error) {
	if !strings.Contains(admin, "://") {
		admin = "http://" + admin
	}
	u, err := url.Parse(admin)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
		return "", fmt.Errorf("-admin must be a URL such as %s, not %q", defaultURL, admin)
	}
	if u.Hostname() == "" { // ":8081"
		u.Host = "127.0.0.1" + u.Host
	}
	u.RawQuery, u.Fragment = "", ""
	return strings.TrimSuffix(u.String(), "/"), nil
}

// get answers the body for a path, or an error that says what to do.
func (c *client) get(ctx context.Context, path string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	return c.send(ctx, http.MethodGet, path, "", nil)
}

// send is for what may take as long as it likes.
func (c *client) send(ctx context.Context, method, path, contentType string, body io.Reader) ([]byte, error) {
	res, err := c.open(ctx, method, path, contentType, body)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer))
	if err != nil {
		return nil, fmt.Errorf("%s broke off its answer: %w", c.base, err)
	}
	return answer, nil
}

// stream writes an answer as it comes.
func (c *client) stream(ctx context.Context, path string, out io.Writer) error {
	res, err := c.open(ctx, http.MethodGet, path, "", nil)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if _, err := io.Copy(out, res.Body); err != nil {
		return fmt.Errorf("%s broke off: %w", c.base, err)
	}
	return nil
}

// open is an answer whose status is 200; its body is open.
func (c *client) open(ctx context.Context, method, path, contentType string, body io.Reader) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, method, c.base+path, body)
	if err != nil {
		return nil, err
	}
	if c.token != "" {
		req.Header.Set("Authorization", "Bearer "+c.token)
	}
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, c.unreached(err)
	}
	if res.StatusCode == http.StatusOK {
		return res, nil
	}
	defer res.Body.Close()
	text, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer))
	if err != nil {
		return nil, fmt.Errorf("%s broke off its answer: %w", c.base, err)
	}
	return nil, c.refused(res.StatusCode, text)
}

func (c *client) unreached(err error) error {
	if errors.Is(err, context.Canceled) {
		return errors.New("interrupted")
	}
	hint := "is parlord running, and is this its -admin address? Set it with -admin or PARLOR_ADMIN"
	if timeout, ok := errors.AsType[net.Error](err); ok && timeout.Timeout() {
		return fmt.Errorf("%s does not answer in time: %s", c.base, hint)
	}
	return fmt.Errorf("%s cannot be reached: %s\n%w", c.base, hint, errors.Unwrap(err))
}

// refused makes an error of {"error":{"code","message"}}.
func (c *client) refused(status int, body []byte) error {
	var answer struct {
		Error struct{ Code, Message string }
	}
	if err := json.Unmarshal(body, &answer); err != nil || answer.Error.Code == "" {
		return fmt.Errorf("%s answers with status %d, and not as parlord does: is this its -admin address?", c.base, status)
	}
	text := plain(answer.Error.Message)
	switch answer.Error.Code {
	case "NOT_FOUND":
		for _, command := range []string{"boards", "rooms", "queues"} {
			if strings.HasPrefix(text, "no such "+strings.TrimSuffix(command, "s")) {
				return fmt.Errorf("%s: %s. parlorctl %s lists what there is", c.base, text, command)
			}
		}
		return fmt.Errorf("%s: %s", c.base, text)
	case "UNAUTHENTICATED":
		if c.token != "" {
			return fmt.Errorf("%s: that is not its token, which is in operator.token in parlord's -data: see -token and PARLOR_TOKEN", c.base)
		}
		return fmt.Errorf("%s: set -token or PARLOR_TOKEN to the text of operator.token in parlord's -data", c.base)
	case "UNAVAILABLE", "BAD_REQUEST":
		return fmt.Errorf("%s: %s", c.base, text)
	}
	return fmt.Errorf("%s: %s: %s", c.base, plain(answer.Error.Code), text)
}
